import Addressing
import Strategies

// Translations that a virtual processor still has, though another one has changed the tables.
extension Lane {
  /// What the strategy answers, or where the guest's tables do not allow the access, what the processor was answered before
  /// and need not have forgotten (semantics rule 32): the recorded one had it cached, or it would have faulted.
  @inline(__always)
  mutating func translate(_ request: TranslationRequest) throws(TranslationError) -> Translation {
    let page = request.address.pageNumber
    do {
      let translation = try strategy.translate(request, on: &platform, &effects)
      if hasSeveralProcessors {
        _ = memories[platform.vm].answers(forPage: page, now: translation, processor: platform.vcpu)
      }
      return translation
    } catch {
      guard case .unmapped = error, hasSeveralProcessors else { throw error }
      let known = memories[platform.vm].answers(forPage: page, now: nil, processor: platform.vcpu)
      guard let stale = known.first(where: { $0.allows(request) }) else { throw error }
      return stale
    }
  }

  /// Forgets what the running processor must forget at an event.
  mutating func forget(at event: Event) {
    switch event {
    case .controlRegister, .invalidatePage, .pageFault: break
    default: return
    }
    memories[platform.vm].apply(event, processor: platform.vcpu)
    if memories[platform.vm].hasSeveralProcessors { hasSeveralProcessors = true }
  }
}

extension Translation {
  fileprivate func allows(_ request: TranslationRequest) -> Bool {
    (isWritable || !request.isWrite) && (isExecutable || !request.isFetch)
  }
}
