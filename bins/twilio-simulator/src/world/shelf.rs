use std::collections::{BTreeMap, HashMap};

/// Things by SID, in the order in which they came.
#[derive(Debug)]
pub struct Shelf<T> {
    things: BTreeMap<u64, T>,
    places: HashMap<String, u64>,
    next: u64,
}

impl<T> Shelf<T> {
    /// Puts `thing` last, or in the place of what had its SID.
    pub fn put(&mut self, sid: &str, thing: T) {
        let place = *self.places.entry(sid.to_owned()).or_insert_with(|| {
            self.next += 1;
            self.next
        });
        self.things.insert(place, thing);
    }

    /// The thing with this SID.
    pub fn get(&self, sid: &str) -> Option<&T> {
        self.things.get(self.places.get(sid)?)
    }

    /// The thing with this SID.
    pub fn get_mut(&mut self, sid: &str) -> Option<&mut T> {
        self.things.get_mut(self.places.get(sid)?)
    }

    /// Takes the thing away.
    pub fn remove(&mut self, sid: &str) -> Option<T> {
        self.things.remove(&self.places.remove(sid)?)
    }

    /// Takes away the oldest of those that are over, or else the oldest, until no more than `count` are left. What came
    /// last stays.
    pub fn keep_last(&mut self, count: usize, is_over: impl Fn(&T) -> bool) {
        while self.things.len() > count {
            let mut over = self.things.iter().filter(|(place, thing)| **place != self.next && is_over(thing));
            let oldest = over.next().or_else(|| self.things.first_key_value());
            let Some(place) = oldest.map(|(place, _)| *place) else { return };
            self.things.remove(&place);
            self.places.retain(|_, other| *other != place);
        }
    }

    /// Oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.things.values()
    }

    /// Oldest first.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.things.values_mut()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.things.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { things: BTreeMap::new(), places: HashMap::new(), next: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_stay_in_the_order_in_which_they_came() {
        let mut shelf = Shelf::default();
        for (sid, thing) in [("b", 1), ("a", 2), ("c", 3), ("b", 4)] {
            shelf.put(sid, thing);
        }
        assert_eq!(shelf.remove("a"), Some(2));
        assert_eq!(shelf.remove("a"), None);
        shelf.put("a", 5);
        assert_eq!(shelf.iter().copied().collect::<Vec<_>>(), [4, 3, 5]);
        assert_eq!((shelf.get("b"), shelf.get("d"), shelf.len()), (Some(&4), None, 3));
    }

    #[test]
    fn what_is_over_goes_first_and_what_came_last_stays() {
        let mut shelf = Shelf::default();
        let mut kept = |count, things: &[i32]| {
            for thing in things {
                shelf.put(&thing.to_string(), *thing);
            }
            shelf.keep_last(count, |thing| thing % 2 == 0);
            shelf.iter().copied().collect::<Vec<_>>()
        };
        assert_eq!(kept(3, &[1, 2, 3, 4, 6]), [1, 3, 6]);
        assert_eq!(kept(3, &[5, 8]), [3, 5, 8]);
        assert_eq!(kept(3, &[]), [3, 5, 8]);
    }
}
