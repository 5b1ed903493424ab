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

    /// Takes the oldest away until no more than `count` are left.
    pub fn keep_last(&mut self, count: usize) {
        while self.things.len() > count
            && let Some((place, _)) = self.things.pop_first()
        {
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
}
