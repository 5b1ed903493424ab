use std::cmp::Reverse;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::MessageId;

use super::MemTx;
use crate::auto_responses::{AutoAnswer, AutoResponse, Trigger, Unanswered};
use crate::ids::{AutoResponseId, ConversationId};
use crate::ports::{AutoResponseRepo, StoreError};

/// What the store keeps of what is answered by itself.
#[derive(Clone, Default)]
pub(super) struct Kept {
    rules: Vec<AutoResponse>,
    answers: Vec<(ConversationId, AutoAnswer)>,
    unanswered: Vec<Unanswered>,
}

impl Kept {
    pub(super) fn due_at(&self) -> Option<DateTime<Utc>> {
        self.unanswered.iter().map(|text| text.due_at).min()
    }

    fn refuse_taken(&self, rule: &AutoResponse) -> Result<(), StoreError> {
        let mut others = self.rules.iter().filter(|other| other.id != rule.id);
        match &rule.trigger {
            Trigger::Keyword(keyword) => match others.any(|other| other.trigger.is_keyword(keyword)) {
                true => Err(StoreError::Taken("keyword")),
                false => Ok(()),
            },
            trigger => match others.any(|other| (&other.trigger, &other.number) == (trigger, &rule.number)) {
                true => Err(StoreError::Taken("trigger for this number")),
                false => Ok(()),
            },
        }
    }
}

#[async_trait]
impl AutoResponseRepo for MemTx {
    async fn auto_responses(&mut self) -> Result<Vec<AutoResponse>, StoreError> {
        let mut rules = self.tenant.auto.rules.clone();
        rules.sort_by_key(|rule| (rule.created_at, rule.id));
        Ok(rules)
    }

    async fn auto_response(&mut self, id: AutoResponseId) -> Result<Option<AutoResponse>, StoreError> {
        Ok(self.tenant.auto.rules.iter().find(|rule| rule.id == id).cloned())
    }

    async fn insert_auto_response(&mut self, rule: &AutoResponse) -> Result<(), StoreError> {
        self.tenant.auto.refuse_taken(rule)?;
        self.tenant.auto.rules.push(rule.clone());
        Ok(())
    }

    async fn update_auto_response(&mut self, rule: &AutoResponse) -> Result<(), StoreError> {
        self.tenant.auto.refuse_taken(rule)?;
        let mut rules = self.tenant.auto.rules.iter_mut();
        if let Some(known) = rules.find(|known| known.id == rule.id) {
            *known = rule.clone();
        }
        Ok(())
    }

    async fn delete_auto_response(&mut self, id: AutoResponseId) -> Result<(), StoreError> {
        self.tenant.auto.rules.retain(|rule| rule.id != id);
        Ok(())
    }

    async fn note_auto_answer(
        &mut self,
        conversation: ConversationId,
        answer: &AutoAnswer,
    ) -> Result<(), StoreError> {
        self.tenant.auto.answers.push((conversation, answer.clone()));
        Ok(())
    }

    async fn auto_answers(
        &mut self,
        conversation: ConversationId,
        limit: i64,
    ) -> Result<Vec<AutoAnswer>, StoreError> {
        let of = self.tenant.auto.answers.iter().filter(|(of, _)| *of == conversation);
        let mut answers: Vec<_> = of.map(|(_, answer)| answer.clone()).collect();
        answers.sort_by_key(|answer| Reverse((answer.at, answer.message)));
        answers.truncate(limit as usize);
        Ok(answers)
    }

    async fn leave_unanswered(&mut self, text: &Unanswered) -> Result<bool, StoreError> {
        let any_counts = self.tenant.auto.rules.iter().any(|rule| rule.is_active);
        if any_counts {
            self.tenant.auto.unanswered.push(text.clone());
        }
        Ok(any_counts)
    }

    async fn take_unanswered(
        &mut self,
        again_at: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Unanswered>, StoreError> {
        let now = self.now;
        let mut due: Vec<_> =
            self.tenant.auto.unanswered.iter_mut().filter(|text| text.due_at <= now).collect();
        due.sort_by_key(|text| (text.due_at, text.message));
        let take = |text: &mut Unanswered| {
            text.due_at = again_at;
            text.clone()
        };
        Ok(due.into_iter().take(limit as usize).map(take).collect())
    }

    async fn settle_unanswered(&mut self, message: MessageId) -> Result<(), StoreError> {
        self.tenant.auto.unanswered.retain(|text| text.message != message);
        Ok(())
    }
}
