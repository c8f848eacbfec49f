/// Which machines share a lane, and which lanes a first level of TLBs. Specifications are named by their indices.
struct StageSharing {
  /// By first level and lane.
  private(set) var firstLevels: [[[Int]]] = []
  /// Where each specification is.
  private(set) var places: [Replayer.Place] = []

  /// - Parameters:
  ///   - acrossStrategies: Whether lanes of several strategies may share a first level.
  ///   - none: Whether each machine has everything to itself, as one that is watched.
  init(_ specifications: [LaneSpecification], acrossStrategies: Bool, none: Bool) {
    var firstLevelOfKey: [FirstLevelKey: Int] = [:]
    var laneOfKey: [LaneKey: Replayer.Place] = [:]
    for (index, specification) in specifications.enumerated() {
      let laneKey = none ? nil : LaneKey(specification)
      let firstLevelKey =
        none ? nil : FirstLevelKey(specification, acrossStrategies: acrossStrategies)
      if let laneKey, var place = laneOfKey[laneKey] {
        place.machine = firstLevels[place.firstLevel][place.lane].count
        firstLevels[place.firstLevel][place.lane].append(index)
        places.append(place)
        continue
      }
      let firstLevel = firstLevelKey.flatMap { firstLevelOfKey[$0] } ?? firstLevels.count
      if firstLevel == firstLevels.count { firstLevels.append([]) }
      let place = Replayer.Place(
        firstLevel: firstLevel, lane: firstLevels[firstLevel].count, machine: 0)
      firstLevels[firstLevel].append([index])
      places.append(place)
      if let laneKey { laneOfKey[laneKey] = place }
      if let firstLevelKey { firstLevelOfKey[firstLevelKey] = firstLevel }
    }
  }
}
