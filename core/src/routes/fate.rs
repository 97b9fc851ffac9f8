//! What becomes of a change once there is a word on it: it stays, it goes back, it is on trial, or it is asked about later.

use super::{Changed, Tries, Unconfirmed};
use crate::{audit::Outcome, clock::Timestamp, config::confirm::Confirmation};

/// What becomes of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It stays, and this is recorded.
    Stays(Outcome),
    /// It goes back.
    GoesBack {
        /// Why.
        why: String,
        /// Whether that is for what it says itself: otherwise another change may be the reason, and it is made once more
        /// should that one have gone back.
        is_own_fault: bool,
    },
    /// It is put on trial for so many seconds, because there was no sign of it.
    OnTrial(u64),
    /// Nobody can tell, so it is asked about later.
    Open,
}

impl Fate {
    /// Of a change that was written just now.
    pub fn of(word: &Confirmation, changed: &Changed) -> Self {
        if let Some(why) = word.refusal() {
            let is_own_fault = !matches!(word, Confirmation::StillOld { .. });
            return Self::GoesBack { why, is_own_fault };
        }
        if *word == Confirmation::NotVisible && changed.needs_sign && changed.trial.is_none() {
            return Self::OnTrial(Tries::USUAL);
        }
        Self::of_way_back(word)
    }

    /// Of a change of some time ago. What Traefik does not take goes back as long as the change is young; later on people
    /// count on it, and are told.
    pub fn of_earlier(word: &Confirmation, change: Unconfirmed, needs_sign: bool, now: Timestamp) -> Self {
        let is_young = now.since(change.at) <= *Tries::SECONDS.end();
        match word {
            Confirmation::Unreachable(_) | Confirmation::Vanished(_) => Self::Open,
            _ if change.puts_back => Self::of_way_back(word),
            // Nobody waits for this answer, so whoever knows better has as long as there is.
            Confirmation::NotVisible if needs_sign => Self::OnTrial(*Tries::SECONDS.end()),
            _ if is_young => match word.refusal() {
                Some(why) => Self::GoesBack { why, is_own_fault: true },
                None => Self::of_way_back(word),
            },
            _ => Self::of_way_back(word),
        }
    }

    /// Of what takes a change back: whatever Traefik says, it stays.
    pub fn of_way_back(word: &Confirmation) -> Self {
        match word {
            Confirmation::Confirmed { .. } => Self::Stays(Outcome::Confirmed),
            Confirmation::NotVisible => Self::Stays(Outcome::NotVisible),
            Confirmation::Unreachable(_) | Confirmation::Vanished(_) => Self::Open,
            refused => Self::Stays(Outcome::NotServed { why: refused.refusal().unwrap_or_default() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Changed, Confirmation, Fate, Outcome, Timestamp, Tries, Unconfirmed};
    use crate::{routes::Trial, traefik::live::LiveError};

    fn away() -> LiveError {
        LiveError::Refused { url: "http://traefik".to_owned(), reason: "nobody".to_owned() }
    }

    fn served() -> Confirmation {
        Confirmation::Confirmed { unseen: Vec::new() }
    }

    fn old() -> Confirmation {
        Confirmation::StillOld { objects: Vec::new() }
    }

    #[test]
    fn what_traefik_takes_stays_and_what_it_refuses_goes_back() {
        let changed = Changed::nothing("app");
        assert_eq!(Fate::of(&served(), &changed), Fate::Stays(Outcome::Confirmed));
        assert_eq!(Fate::of(&Confirmation::NotVisible, &changed), Fate::Stays(Outcome::NotVisible));
        assert_eq!(Fate::of(&Confirmation::Unreachable(away()), &changed), Fate::Open);
        assert!(matches!(Fate::of(&old(), &changed), Fate::GoesBack { is_own_fault: false, .. }));
        let vanished = Confirmation::Vanished(away());
        assert!(matches!(Fate::of(&vanished, &changed), Fate::GoesBack { is_own_fault: true, .. }));
    }

    #[test]
    fn what_needs_a_sign_and_has_none_is_on_trial_once() {
        let mut changed = Changed { needs_sign: true, ..Changed::nothing("app") };
        assert_eq!(Fate::of(&served(), &changed), Fate::Stays(Outcome::Confirmed));
        assert_eq!(Fate::of(&Confirmation::NotVisible, &changed), Fate::OnTrial(Tries::USUAL));
        changed.trial = Some(Trial { number: 1, until: Timestamp(5), is_restart: false, is_unseen: false });
        assert_eq!(Fate::of(&Confirmation::NotVisible, &changed), Fate::Stays(Outcome::NotVisible));
    }

    #[test]
    fn an_earlier_change_goes_back_while_it_is_young() {
        let change = Unconfirmed { number: 1, at: Timestamp(1_000), puts_back: false };
        let young = Timestamp(1_600);
        assert!(matches!(Fate::of_earlier(&old(), change, false, young), Fate::GoesBack { .. }));
        let late = Fate::of_earlier(&old(), change, false, Timestamp(1_601));
        assert!(matches!(late, Fate::Stays(Outcome::NotServed { .. })), "{late:?}");
        let way_back = Unconfirmed { puts_back: true, ..change };
        let stays = Fate::of_earlier(&old(), way_back, true, young);
        assert!(matches!(stays, Fate::Stays(Outcome::NotServed { .. })), "{stays:?}");
        assert_eq!(Fate::of_earlier(&Confirmation::Vanished(away()), change, true, young), Fate::Open);
        assert_eq!(Fate::of_earlier(&Confirmation::NotVisible, change, true, young), Fate::OnTrial(600));
        let seen = Fate::of_earlier(&Confirmation::NotVisible, way_back, true, young);
        assert_eq!(seen, Fate::Stays(Outcome::NotVisible));
    }
}
