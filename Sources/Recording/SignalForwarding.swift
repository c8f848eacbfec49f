import Dispatch
import Glibc
import Importing

/// While a program is recorded, signals are its business: those meant to end us are passed on to it, and we end when
/// it does. Interrupt and quit reach it from the terminal by themselves.
final class SignalForwarding {
  private static let fromTerminal = [SIGINT, SIGQUIT]
  private static let passedOn = [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2]
  private var sources: [any DispatchSourceSignal] = []
  private var handlers: [(signal: Int32, handler: sighandler_t?)] = []

  init(to child: ChildProcess) {
    for number in Self.fromTerminal + Self.passedOn {
      handlers.append((number, signal(number, SIG_IGN)))
    }
    for number in Self.passedOn {
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { child.send(signal: number) }
      source.resume()
      sources.append(source)
    }
  }

  /// Gives signals their former meaning back.
  func end() {
    for source in sources { source.cancel() }
    for (number, handler) in handlers { signal(number, handler) }
  }
}
