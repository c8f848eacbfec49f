import Addressing
import PageTables
import Strategies

// What several virtual processors of a machine do to each other's translations. It must not depend on what was cached, for
// machines with other caches share the lane (semantics rule 22).
extension Lane {
  /// What the strategy answers; or where the guest's tables do not allow the access, and nothing walks, what the processor
  /// was answered before and need not have forgotten (semantics rule 32): the recorded one had it cached, or it would have
  /// faulted.
  @inline(__always)
  mutating func translate(_ request: TranslationRequest) throws(TranslationError) -> Translation {
    guard hasSeveralProcessors else { return try strategy.translate(request, on: &platform, &effects) }
    if !platform.allows(request), let stale = staleAnswer(to: request) { return stale }
    let translation = try strategy.translate(request, on: &platform, &effects)
    _ = memories[platform.vm].answers(
      forPage: request.address.pageNumber, now: translation.remembered, processor: platform.vcpu)
    return translation
  }

  private mutating func staleAnswer(to request: TranslationRequest) -> Translation? {
    let known = memories[platform.vm].answers(
      forPage: request.address.pageNumber, now: nil, processor: platform.vcpu)
    guard let answer = known.first(where: { $0.allows(request) }) else { return nil }
    staleEntries.append(answer, for: request.address, on: platform)
    return answer
  }

  /// The running processor changed a table: what the others hold of the entry is dropped at once, be it before they are
  /// told to, and all that anyone holds of older tables.
  mutating func dropElsewhere(_ change: TableChange) throws(TranslationError) {
    guard hasSeveralProcessors, change.old != change.new else { return }
    effects.invalidations += staleEntries.takeInvalidations(on: platform)
    guard change.old.isPresent else { return }
    let length = TableShape.span(ofEntryAt: change.level)
    for placement in try platform.placements(of: change.node) {
      let start = placement.base.advanced(by: UInt64(change.index) * length)
      for tags in platform.tagsElsewhere(of: placement.root) {
        strategy.invalidateWalkCaches(context: tags.own)
        effects.invalidations.append(.range(tags, start, length: length))
      }
    }
  }

  /// Forgets what the running processor must forget at an event.
  mutating func forget(at event: Event) {
    switch event {
    case .controlRegister, .invalidatePage, .invalidateContext, .pageFault: break
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

  /// As it is answered again: nothing is left to be marked.
  fileprivate var remembered: Translation {
    var translation = self
    translation.isDirty = true
    return translation
  }
}
