import ArgumentParser
import Machines
import Replaying
import Strategies

/// Which machines a command is about: presets or files, with changes, for every combination of page sizes.
struct MachineOptions: ParsableArguments {
  @Option(help: "A preset or a machine file (YAML); may be repeated. 'pagewalk presets' lists the presets.")
  var machine: [String] = []

  @Option(help: "Change a setting: key=value; may be repeated. 'pagewalk presets show' lists the keys.")
  var set: [String] = []

  @Option(
    help: "Guest page sizes, separated by commas: 4K, 2M, 1G or thp.", transform: CommaList.init(parsing:))
  var guestPage: CommaList?

  @Option(help: "Host page sizes, separated by commas: 4K, 2M or 1G.", transform: CommaList.init(parsing:))
  var hostPage: CommaList?

  @Option(help: "How real memory is backed: prepopulated or on-demand.")
  var backing: String?

  @Option(help: "Seed of everything that is drawn at random.")
  var seed: UInt64?

  /// What is read for them.
  var files: [String] { machine.filter(Self.isFile) }

  /// The machines asked for, in order: by machine, then guest page size, then host page size.
  func descriptions() throws -> [MachineDescription] {
    var all: [MachineDescription] = []
    for name in machine.isEmpty ? [Preset.default.name] : machine {
      let base = try changed(try Self.description(named: name))
      for guest in Self.axis(guestPage) {
        for host in Self.axis(hostPage) {
          var description = base
          if let guest { try Self.set("guest.page=\(guest)", in: &description) }
          if let host { try Self.set("host.page=\(host)", in: &description) }
          all.append(description)
        }
      }
    }
    return all
  }

  /// A lane for every machine and strategy, and what to say of settings that change nothing.
  func specifications(
    strategies: [any TranslationStrategy.Type]
  ) throws -> (lanes: [LaneSpecification], remarks: [String]) {
    var all: [LaneSpecification] = []
    var remarks: [String] = []
    for description in try descriptions() {
      let machine: Machine
      do { machine = try description.machine() } catch {
        throw CommandFailure(.badConfiguration, error.description)
      }
      for change in description.changesWithoutEffect(on: machine) {
        let remark = "\(change) means nothing with the other settings: see presets show --keys"
        if !remarks.contains(remark) { remarks.append(remark) }
      }
      for strategy in strategies {
        all.append(
          LaneSpecification(
            machine: machine, strategy: strategy, parameters: description.strategies[strategy.name] ?? [:]))
      }
    }
    return (all, remarks)
  }

  private func changed(_ description: MachineDescription) throws -> MachineDescription {
    var description = description
    for assignment in set { try Self.set(assignment, in: &description) }
    if let backing { try Self.set("host.backing=\(backing)", in: &description) }
    if let seed { try Self.set("seed=\(seed)", in: &description) }
    return description
  }

  /// The values of an axis of machines; one that keeps the machine's own where none is given.
  private static func axis(_ list: CommaList?) -> [String?] { list.map { $0.values } ?? [nil] }

  /// Takes one `key=value` over into a machine.
  static func set(_ assignment: String, in description: inout MachineDescription) throws {
    do { try description.set(assignment, vocabulary: StrategyRegistry.vocabulary) } catch {
      throw CommandFailure(.badConfiguration, error.description)
    }
  }

  /// Whether a name is that of a machine file, and not of a preset.
  static func isFile(_ name: String) -> Bool { name.contains("/") || name.contains(".") }

  /// A preset, or the file of that name.
  static func description(named name: String) throws -> MachineDescription {
    guard isFile(name) else {
      do { return MachineDescription(try Preset.named(name)) } catch {
        throw CommandFailure(.badConfiguration, error.description)
      }
    }
    let yaml = try InputFile.text(name)
    do {
      return try MachineDescription(yaml: yaml, fileName: name, vocabulary: StrategyRegistry.vocabulary)
    } catch {
      throw CommandFailure(.badConfiguration, error.description)
    }
  }
}
