import Glibc
import Importing
import Synchronization

/// While a program is recorded, signals are its business: those that a process sends us are passed on to it, and we end
/// when it does. What a terminal sends reaches it by itself, and would come twice. Of several that are recorded at a time
/// the last has them.
final class SignalForwarding {
  private static let signals = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2]
  /// Who is recorded; 0 is nobody. A handler of signals knows no more than what is global.
  private static let recorded = Atomic<pid_t>(0)
  private var former: [(signal: Int32, action: sigaction)] = []

  init(to child: ChildProcess) {
    Self.recorded.store(child.id, ordering: .relaxed)
    var action = sigaction()
    action.sa_flags = SA_SIGINFO | SA_RESTART
    action.__sigaction_handler.sa_sigaction = { number, information, _ in
      // Above 0 is what the kernel sends, as for a terminal (sigaction(2)).
      guard let code = information?.pointee.si_code, code <= 0 else { return }
      let recorded = SignalForwarding.recorded.load(ordering: .relaxed)
      if recorded > 0 { kill(recorded, number) }
    }
    for number in Self.signals {
      var before = sigaction()
      sigaction(number, &action, &before)
      former.append((number, before))
    }
  }

  /// Gives signals their former meaning back.
  func end() {
    for (number, var action) in former { sigaction(number, &action, nil) }
    Self.recorded.store(0, ordering: .relaxed)
  }
}
