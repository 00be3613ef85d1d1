import InkChat
import InkModels
import InkNN
import InkTensor

extension BatchEngine {
  /// Rows whose logits are there at once: those of a long text would not fit.
  private static let rowsAtOnce = 32

  /// Looks up the tokens behind a share's rows, if its request asks for them.
  func score(_ share: StepShare, _ hidden: Tensor) {
    guard case .scoring(let work)? = requests[share.id]?.work else { return }
    let end = share.start + share.rows.count
    do throws(GenerationError) {
      // The row of a position tells the token behind it.
      while work.next - 1 < end, work.next < work.positions.upperBound {
        let last = min(work.next + BatchEngine.rowsAtOnce, end + 1, work.positions.upperBound)
        work.found += try details(at: work.next..<last, work, share, hidden)
      }
    } catch {
      return fail(share.id, error)
    }
    settle(share.id)
    guard work.next == work.positions.upperBound, requests.removeValue(forKey: share.id) != nil else { return }
    totals.promptTokens += work.positions.upperBound - 1
    totals.cachedPromptTokens += store[share.id]?.reused ?? 0
    leave(share.id)
    work.continuation.resume(returning: .success(work.found))
  }

  private func details(
    at positions: Range<Int>, _ work: ScoringWork, _ share: StepShare, _ hidden: Tensor
  ) throws(GenerationError) -> [GeneratedToken] {
    let first = share.rows.lowerBound + positions.lowerBound - 1 - share.start
    let logits = model.decoder.logits(
      of: hidden.slice(first..<first + positions.count),
      adapters: AdapterRows(parts: [(positions.count, share.adapter)]), on: model.cpu)
    var found = positions.map { position in
      Result<GeneratedToken, GenerationError>.success(
        GeneratedToken(chosen: TokenLogProbability(token: work.tokens[position], logProbability: nil)))
    }
    let (tokens, alternatives) = (work.tokens, work.alternatives)
    model.cpu.threads.forEach(&found) { index, result in
      result = logits[index].withElements { row in
        do throws(GenerationError) {
          return .success(
            try LogProbabilities.detail(
              of: tokens[positions.lowerBound + index], alternatives: alternatives, in: row))
        } catch {
          return .failure(error)
        }
      }
    }
    var details: [GeneratedToken] = []
    for result in found { details.append(model.tokenizer.naming(try result.get())) }
    return details
  }
}
