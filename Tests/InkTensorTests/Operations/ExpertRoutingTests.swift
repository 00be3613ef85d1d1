import Foundation
import InkTensor
import Testing

/// The choice of experts against a plain one in double precision by sorting, and what must not end the process.
@Suite("Routing to experts")
struct ExpertRoutingTests {
  static let routers: [ExpertRouter] = [
    ExpertRouter(count: 1, chosen: 1, rule: .softmaxOverChosen),
    ExpertRouter(count: 6, chosen: 2, rule: .softmaxOverChosen, scale: 0.5),
    ExpertRouter(count: 7, chosen: 7, rule: .softmax(.none, .none)),
    ExpertRouter(count: 60, chosen: 4, rule: .softmax(.sumToOne, .none)),
    ExpertRouter(count: 12, chosen: 3, rule: .softmax(.none, .largest(groups: 4, kept: 1)), scale: 16),
    ExpertRouter(count: 12, chosen: 3, rule: .softmax(.sumToOne, .largest(groups: 6, kept: 3))),
    ExpertRouter(count: 9, chosen: 2, rule: .sigmoidWithBias(.none, .none)),
    ExpertRouter(
      count: 256, chosen: 8, rule: .sigmoidWithBias(.sumToOne, .largestPair(groups: 8, kept: 4)), scale: 2.5),
    ExpertRouter(count: 8, chosen: 4, rule: .sigmoidWithBias(.sumToOne, .largestPair(groups: 2, kept: 1))),
  ]

  @Test("choice and weights are those of the definition", arguments: routers)
  func definition(router: ExpertRouter) {
    var random = TestRandom(seed: 9)
    let rows = 50
    let logits = random.activations(rows: rows, inputs: router.count).map { $0 * 4 }
    let bias = random.activations(rows: 1, inputs: router.count)
    let cpu = CPU(threads: 3)
    let found = cpu.routeExperts(
      Tensor(logits, shape: [rows, router.count]), bias: Tensor(bias, shape: [router.count]), router: router)
    for row in 0..<rows {
      let own = logits[row * router.count..<(row + 1) * router.count].map { Double($0) }
      let expected = reference(own, bias.map { Double($0) }, router)
      let places = row * router.chosen..<(row + 1) * router.chosen
      #expect(found.experts[places].map { Int($0) } == expected.map(\.expert))
      for (weight, reference) in zip(found.weights.toArray()[places], expected.map(\.weight)) {
        #expect(abs(Double(weight) - reference) < 1e-5 * (1 + abs(reference)))
      }
    }
  }

  @Test("a row's choice is the same alone and among others, on any number of threads", arguments: routers)
  func alone(router: ExpertRouter) {
    var random = TestRandom(seed: 10)
    let rows = 400
    let logits = Tensor(random.activations(rows: rows, inputs: router.count), shape: [rows, router.count])
    let whole = CPU(threads: 4).routeExperts(logits, bias: nil, router: router)
    let cpu = CPU(threads: 1)
    for row in 0..<rows {
      let part = cpu.routeExperts(logits.slice(row..<row + 1), bias: nil, router: router)
      let places = row * router.chosen..<(row + 1) * router.chosen
      #expect(part.experts == Array(whole.experts[places]))
      #expect(part.weights.toArray().map(\.bitPattern) == whole.weights.toArray()[places].map(\.bitPattern))
    }
  }

  @Test("of equal scores the expert with the lower number is chosen, and the group", arguments: routers)
  func ties(router: ExpertRouter) {
    let logits = Tensor([Float](repeating: 0.25, count: router.count), shape: [1, router.count])
    let found = CPU(threads: 1).routeExperts(logits, bias: nil, router: router)
    #expect(found.experts == (0..<router.chosen).map { Int32($0) })
  }

  @Test("logits that are no numbers or infinite still give a choice of distinct experts", arguments: routers)
  func strange(router: ExpertRouter) {
    for value in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
      for place in 0..<min(router.count, 5) {
        var logits = (0..<router.count).map { Float($0) / 8 }
        logits[place] = value
        for all in [false, true] {
          let row = all ? [Float](repeating: value, count: router.count) : logits
          let found = CPU(threads: 1).routeExperts(Tensor(row, shape: [1, router.count]), bias: nil, router: router)
          #expect(Set(found.experts).count == router.chosen)
          #expect(found.experts.allSatisfy { $0 >= 0 && $0 < router.count })
        }
      }
    }
  }

  @Test("rows go to their experts and come back with their weights, in the order of the experts")
  func roundTrip() {
    let router = ExpertRouter(count: 5, chosen: 2, rule: .softmaxOverChosen)
    let logits: [Float] = [0, 9, 0, 8, 0, 9, 0, 0, 8, 0, 0, 1, 2, 3, 4]
    let cpu = CPU(threads: 2)
    let assignment = cpu.routeExperts(Tensor(logits, shape: [3, 5]), bias: nil, router: router)
    #expect(assignment.experts == [1, 3, 0, 3, 3, 4])
    #expect(assignment.used == [0, 1, 3, 4])
    #expect(assignment.groups == [0..<1, 1..<2, 2..<5, 5..<6])
    let x = Tensor([1, 10, 2, 20, 3, 30], shape: [3, 2])
    let slots = cpu.gather(x, by: assignment)
    #expect(slots.toArray() == [2, 20, 1, 10, 1, 10, 2, 20, 3, 30, 3, 30])
    let back = cpu.combine(slots, by: assignment, addingTo: Tensor([1, 1, 1, 1, 1, 1], shape: [3, 2])).toArray()
    for (found, expected) in zip(back, [2, 11, 3, 21, 4, 31] as [Float]) { #expect(abs(found - expected) < 1e-5) }
  }

  @Test(
    "routers that cannot choose say so",
    arguments: [
      ExpertRouter(count: 4, chosen: 5, rule: .softmaxOverChosen),
      ExpertRouter(count: 0, chosen: 0, rule: .softmaxOverChosen),
      ExpertRouter(count: 4, chosen: 0, rule: .softmax(.none, .none)),
      ExpertRouter(count: 6, chosen: 1, rule: .softmax(.none, .largest(groups: 4, kept: 1))),
      ExpertRouter(count: 6, chosen: 1, rule: .softmax(.none, .largest(groups: 3, kept: 0))),
      ExpertRouter(count: 6, chosen: 3, rule: .softmax(.none, .largest(groups: 3, kept: 1))),
      ExpertRouter(count: 6, chosen: 1, rule: .softmax(.none, .largest(groups: 3, kept: 4))),
      ExpertRouter(count: 6, chosen: 1, rule: .sigmoidWithBias(.none, .largestPair(groups: 6, kept: 2))),
      ExpertRouter(count: 6, chosen: 1, rule: .sigmoidWithBias(.none, .largestPair(groups: 0, kept: 0))),
    ])
  func impossible(router: ExpertRouter) { #expect(!router.isPossible) }

  // MARK: Reference

  private func reference(
    _ logits: [Double], _ bias: [Double], _ router: ExpertRouter
  ) -> [(expert: Int, weight: Double)] {
    let largest = logits.max() ?? 0
    let sum = logits.map { exp($0 - largest) }.reduce(0, +)
    let probabilities = logits.map { exp($0 - largest) / sum }
    let sigmoids = logits.map { 1 / (1 + exp(-$0)) }
    let (scores, compared): ([Double], [Double])
    var (normalization, groups) = (ExpertRouter.Normalization.none, ExpertRouter.Groups.none)
    switch router.rule {
    case .softmaxOverChosen: (scores, compared, normalization) = (probabilities, logits, .sumToOne)
    case .softmax(let own, let limit):
      (scores, compared, normalization, groups) = (probabilities, probabilities, own, limit)
    case .sigmoidWithBias(let own, let limit):
      (scores, compared, normalization, groups) = (sigmoids, zip(sigmoids, bias).map { $0 + $1 }, own, limit)
    }
    let allowed = allowedExperts(compared, groups)
    let chosen = allowed.sorted { (compared[$0], -$0) > (compared[$1], -$1) }.prefix(router.chosen).sorted()
    let total = normalization == .sumToOne ? chosen.map { scores[$0] }.reduce(0, +) : 1
    return chosen.map { ($0, scores[$0] / total * Double(router.scale)) }
  }

  private func allowedExperts(_ compared: [Double], _ groups: ExpertRouter.Groups) -> [Int] {
    let (count, kept, best): (Int, Int, Int)
    switch groups {
    case .none: return Array(compared.indices)
    case .largest(let groups, let keptGroups): (count, kept, best) = (groups, keptGroups, 1)
    case .largestPair(let groups, let keptGroups): (count, kept, best) = (groups, keptGroups, 2)
    }
    let width = compared.count / count
    let values = (0..<count).map { group in
      compared[group * width..<(group + 1) * width].sorted(by: >).prefix(best).reduce(0, +)
    }
    let keptGroups = (0..<count).sorted { (values[$0], -$0) > (values[$1], -$1) }.prefix(kept)
    return keptGroups.flatMap { Array($0 * width..<($0 + 1) * width) }
  }
}
