package account

// LookEvery is how often Amazon is asked about an approval.
const LookEvery = lookEvery
