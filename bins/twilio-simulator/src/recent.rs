use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many things are remembered.
const CAPACITY: usize = 200;

/// The last [`CAPACITY`] things, oldest first.
#[derive(Debug)]
pub(crate) struct Recent<T>(Mutex<VecDeque<T>>);

impl<T: Clone> Recent<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    pub(crate) fn push(&self, thing: T) {
        let mut things = self.lock();
        if things.len() == CAPACITY {
            things.pop_front();
        }
        things.push_back(thing);
    }

    pub(crate) fn to_vec(&self) -> Vec<T> {
        self.lock().iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        // Every change is whole after one call, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let recent = Recent::new();
        for i in 0..=CAPACITY {
            recent.push(i);
        }
        assert_eq!(recent.to_vec(), (1..=CAPACITY).collect::<Vec<_>>());
    }
}
