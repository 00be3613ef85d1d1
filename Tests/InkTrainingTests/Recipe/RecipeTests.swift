import InkData
import InkFormats
import InkTensor
import InkTokenizers
import InkTraining
import Testing

@Suite struct RecipeTests {
  /// A recipe with the least that must be there, and more.
  static func recipe(_ more: String = "", task: String = "pretrain", settings: [String] = []) throws -> Recipe {
    var lines = ["task: \(task)", "model: {path: some-model}", "data: [{path: a.txt}]", "sequence: {length: 8}"]
    if !more.contains("optimizer:") { lines.append("optimizer: {learning_rate: 1e-3}") }
    if !more.contains("epochs:") { lines.append("steps: 10") }
    return try Recipe(
      yaml: (lines + [more]).joined(separator: "\n"), file: "recipe.yaml", settings: settings)
  }

  @Test("A recipe with all its parts says what it says")
  func whole() throws {
    let recipe = try Recipe(
      yaml: """
        task: finetune
        seed: 42
        model:
          config: {model_type: gpt2, n_layer: 4, n_embd: 192, scale: 0.5, name: "12", tied: true, none: null,
            list: [1, a]}
          deviation: 0.02
        tokenizer: {path: some-model, add: 6000}
        objective: {kind: supervised, mask: last}
        data:
          - {path: [a.jsonl, "b/*.jsonl"], format: alpaca, weight: 2, columns: {instruction: question}, skip_bad: true}
          - {path: c.txt, name: verses, documents: paragraphs}
        order: sequential
        validation: {fraction: 0.05}
        sequence: {length: 256, packing: pack, too_long: drop}
        train: {method: full, freeze: ["embedding*"]}
        optimizer: {kind: adamw, learning_rate: 3e-4, betas: [0.9, 0.95], epsilon: 1e-9, weight_decay: 0.1}
        schedule: {kind: wsd, warmup: 5, decay: 20, floor: 0.1}
        batch: {size: 16, accumulate: 4}
        steps: 200
        clip: 1.0
        average: 0.999
        label_smoothing: 0.1
        z_loss: 1e-4
        neftune: 5
        adversarial: {kind: pgd, epsilon: 0.5, alpha: 0.25, steps: 2}
        evaluation: {every: 25, batches: 10, stop_after: 3}
        guard: {sets: [{path: general.txt}], limit: 0.1, action: stop}
        checkpoint: {every: 40, keep: 3}
        spike: {deviations: 6, window: 20}
        recompute_activations: true
        samples: ["Once"]
        report: html
        """, file: "recipe.yaml")
    #expect(recipe.task == .finetune)
    #expect(recipe.seed == 42)
    guard case .fresh(let config, let deviation) = recipe.model else {
      Issue.record("\(recipe.model)")
      return
    }
    #expect(deviation == 0.02)
    #expect(config.keys == ["model_type", "n_layer", "n_embd", "scale", "name", "tied", "none", "list"])
    #expect(config["n_embd"] == .number("192"))
    #expect(config["scale"] == .number("0.5"))
    #expect(config["name"] == .string("12"))
    #expect(config["list"] == .array([.number("1"), .string("a")]))
    #expect(recipe.tokenizer == .extended("some-model", VocabularyGrowth(added: 6000)))
    #expect(recipe.objective == .supervised(.last))
    #expect(recipe.data.map(\.paths) == [["a.jsonl", "b/*.jsonl"], ["c.txt"]])
    #expect(recipe.data[0].format == .alpaca)
    #expect(recipe.data[0].columns == ["instruction": "question"])
    #expect(recipe.data[0].faultyRecords == .skip)
    #expect(recipe.data[1].documents.division == .blankLines)
    #expect(recipe.order == .given)
    #expect(recipe.validation == .fraction(0.05))
    #expect(recipe.sequence.packing == .pack)
    #expect(recipe.sequence.tooLong == .drop)
    #expect(recipe.weights == .full(freeze: ["embedding*"]))
    #expect(recipe.optimization.optimizer == .adamW(beta1: 0.9, beta2: 0.95, epsilon: 1e-9))
    #expect(recipe.optimization.schedule == .warmUpStableDecay(decaySteps: 20, floor: 0.1))
    #expect(recipe.optimization.warmUpSteps == 5)
    #expect(recipe.optimization.clipping == .norm(1))
    #expect(recipe.optimization.average == .constant(0.999))
    #expect(recipe.batch.size == 16)
    #expect(recipe.batch.accumulate == 4)
    #expect(recipe.length == .steps(200))
    #expect(recipe.adversarial == .pgd(epsilon: 0.5, alpha: 0.25, steps: 2))
    #expect(recipe.evaluation.patience == 3)
    #expect(recipe.protection?.action == .stop)
    #expect(recipe.checkpoints.keep == 3)
    #expect(recipe.spike?.window == 20)
    #expect(recipe.recomputesActivations)
    #expect(recipe.samples == ["Once"])
    #expect(recipe.reports == [.html])
  }

  @Test(
    "An unknown name is refused with its place, its line and the nearest right one",
    arguments: [
      ("optimzer: {kind: adamw}", "recipe.yaml:7: optimzer", "Did you mean optimizer?"),
      ("batch:\n  size: 2\n  acumulate: 2", "recipe.yaml:9: batch.acumulate", "Did you mean accumulate?"),
      ("guard:\n  sets:\n    - {path: a}\n    - {pth: b}", "recipe.yaml:10: guard.sets[1].", ""),
      ("schedule: {kind: linear, decay: 5}", "recipe.yaml:7: schedule.decay", "one of floor, kind, warmup"),
      ("optimizer: {learning_rate: 1, nesterov: true}", "recipe.yaml:6: optimizer.nesterov", "betas"),
      ("train: {method: full, rank: 8}", "recipe.yaml:7: train.rank", "one of freeze, method"),
      ("objective: {kind: causal, mask: all}", "recipe.yaml:7: objective.mask", "one of kind"),
      ("adversarial: {kind: fgm, steps: 3}", "recipe.yaml:7: adversarial.steps", "one of epsilon, kind"),
    ])
  func unknown(_ more: String, _ place: String, _ hint: String) throws {
    let error = #expect(throws: TrainingError.self) { _ = try Self.recipe(more) }
    #expect(error?.context.hasPrefix(place) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test(
    "A value of another type or out of its range is refused with its place",
    arguments: [
      ("batch: {size: many}", "batch.size", "a whole number"), ("batch: {size: 0}", "batch.size", "1 to"),
      ("batch: {size: 2, accumulate: 3}", "batch.accumulate", "1 to 2"), ("seed: -1", "seed", "a whole number"),
      ("clip: [1]", "clip", "a number"), ("clip: .nan", "clip", "a number"), ("samples: [1]", "samples", "text"),
      ("recompute_activations: yes please", "recompute_activations", "true or false"),
      ("order: random", "order", "one of shuffled, sequential"), ("batch: 3", "batch", "names with values"),
      ("validation: {fraction: 2}", "validation.fraction", "a number"),
      ("validation: {fraction: }", "validation.fraction", "a share"),
      ("tokenizer: {vocabulary: 300, add: 5}", "tokenizer", "a path"),
      ("epochs: 3\nsteps: 4", "steps", "either steps or epochs"),
      ("train: {method: ia3}", "train.targets", "the names of matrices"),
      ("train: {method: lora, targets: []}", "train.targets", "at least one"),
      ("optimizer: {kind: sgd, learning_rate: 1, nesterov: true}", "optimizer.nesterov", "a momentum"),
      ("optimizer: {learning_rate: 1, betas: [0.9]}", "optimizer.betas", "a list of 2 numbers"),
      ("objective: {kind: regression}", "objective.kind", "causal or prefix or masked or span_corruption"),
    ])
  func invalid(_ more: String, _ place: String, _ expected: String) throws {
    let error = #expect(throws: TrainingError.self) { _ = try Self.recipe(more) }
    #expect(error?.code == .invalidValue)
    #expect(error?.context.hasSuffix(": \(place)") == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test("Broken records of every source can be left out by one word")
  func skipBad() throws {
    let recipe = try Self.recipe(
      "skip_bad: true\nvalidation: [{path: b.txt}]\nguard: {sets: [{path: c.txt}]}")
    #expect(recipe.data.map(\.faultyRecords) == [.skip])
    guard case .sources(let held) = recipe.validation else {
      Issue.record("\(recipe.validation)")
      return
    }
    #expect(held.map(\.faultyRecords) == [.skip])
    #expect(recipe.protection?.sources.map(\.faultyRecords) == [.skip])
    #expect(try Self.recipe().data.map(\.faultyRecords) == [.refuse])
  }

  @Test("Conversations are written by a format, a file or the model's own template, on a day that no clock decides")
  func chat() throws {
    let plain = try Self.recipe(task: "finetune").chat
    #expect(plain.template == nil)
    #expect(plain == (try Self.recipe(task: "finetune").chat))
    let named = try Self.recipe("chat: {template: vicuna_v1.1, date: 2026-07-31}", task: "finetune").chat
    #expect(named.template == .named("vicuna_v1.1"))
    #expect(named.date.time == CivilTime(year: 2026, month: 7, day: 31))
    #expect(try Self.recipe("chat: {template: own.jinja}").chat.template == .file("own.jinja"))
  }

  @Test(
    "What a task cannot use is refused",
    arguments: [
      ("classify", "samples: [Once]", "samples"), ("pretrain", "objective: {kind: masked}\nsamples: [Once]", "samples"),
      ("embed", "chat: {template: chatml}", "chat"), ("pretrain", "chat: {date: 2026-13-01}", "chat.date"),
      ("pretrain", "chat: {date: tomorrow}", "chat.date"),
      ("pretrain", "guard: {sets: [{path: a, name: x}, {path: b, name: x}]}", "guard.sets"),
      ("pretrain", "guard: {sets: [{path: a, name: validation}]}", "guard.sets"),
    ])
  func unusable(_ task: String, _ more: String, _ place: String) throws {
    let error = #expect(throws: TrainingError.self) { _ = try Self.recipe(more, task: task) }
    #expect(error?.code == .invalidValue)
    #expect(error?.context.hasSuffix(": \(place)") == true, "\(error?.description ?? "")")
  }

  @Test(
    "What is no recipe is refused, not trapped on",
    arguments: [
      "", "[1, 2]", "task", "task: [", "task: pretrain\ntask: embed", "? {a: b}\n: c", "task: &a [*a]", "\u{0}",
      "a: &a {b: 1}\n<<: *a", String(repeating: "a: ", count: 5), "%TAG ! x\n---",
    ])
  func broken(_ text: String) throws {
    #expect(throws: TrainingError.self) { _ = try Recipe(yaml: text, file: "recipe.yaml") }
  }

  @Test("Values inside each other a thousand times are refused", arguments: ["[", "{a: ", "- ", "? "])
  func deep(_ opening: String) throws {
    let text = "task: pretrain\nmodel: {config: " + String(repeating: opening, count: 1000)
    #expect(throws: TrainingError.self) { _ = try Recipe(yaml: text, file: "recipe.yaml") }
  }

  @Test(
    "Each task has its own objective where none is named",
    arguments: [
      ("pretrain", ObjectiveChoice.causal), ("finetune", .supervised(.assistant)),
      ("classify", .classification(labels: nil)), ("classify_tokens", .tokenClassification(labels: nil)),
      ("regress", .regression(.squared)),
    ])
  func objectives(_ task: String, _ objective: ObjectiveChoice) throws {
    #expect(try Self.recipe(task: task).objective == objective)
  }

  @Test(
    "Objectives have their numbers",
    arguments: [
      (
        "pretrain", "{kind: masked, rate: 0.2, whole_word: true}",
        ObjectiveChoice.masked(share: 0.2, unit: .words(.pairs))
      ),
      (
        "pretrain", "{kind: masked, whole_word: true, words: list.txt}",
        .masked(share: 0.15, unit: .words(.listed(path: "list.txt")))
      ),
      ("pretrain", "{kind: span_corruption}", .spanCorruption(density: 0.15, meanLength: 3)),
      ("pretrain", "{kind: prefix}", .prefix),
      ("regress", "{loss: binary}", .regression(.binary)),
      ("classify", "{labels: [ham, spam]}", .classification(labels: ["ham", "spam"])),
    ])
  func objective(_ task: String, _ text: String, _ objective: ObjectiveChoice) throws {
    #expect(try Self.recipe("objective: \(text)", task: task).objective == objective)
  }

  @Test(
    "Embedding has a pooling and a loss",
    arguments: [
      ("{}", EmbeddingObjective.Pooling?.none, EmbeddingObjective.Loss.inBatch(scale: 20)),
      ("{pooling: cls, loss: triplet, margin: 0.3}", .first, .triplet(margin: 0.3, distance: .cosine)),
      ("{loss: triplet, distance: euclidean}", nil, .triplet(margin: 5, distance: .euclidean)),
      ("{pooling: weighted, loss: angle, scale: 30}", .weighted, .angle(scale: 30)),
    ])
  func embedding(
    _ text: String, _ pooling: EmbeddingObjective.Pooling?, _ loss: EmbeddingObjective.Loss
  ) throws {
    guard case .embedding(let objective) = try Self.recipe("objective: \(text)", task: "embed").objective else {
      Issue.record("no embedding")
      return
    }
    #expect(objective.pooling == pooling)
    #expect(objective.loss == loss)
  }

  @Test(
    "Adapters have their numbers",
    arguments: [
      ("{method: prompt, length: 4, text: Hello}", AdapterChoice.Method.prompt(length: 4, text: "Hello")),
      ("{method: p_tuning, encoder: lstm}", .pTuning(length: 20, encoder: .recurrent, width: nil)),
      ("{method: prefix, length: 5, projection: 64}", .prefix(length: 5, projection: 64)),
      ("{method: adapter, width: 16, placement: feed_forward}", .bottleneck(width: 16, placement: .feedForward)),
      (
        "{method: ia3, targets: [k_proj, down_proj], feed_forward: down_proj}",
        .ia3(targets: ["k_proj", "down_proj"], feedForward: ["down_proj"])
      ),
    ])
  func adapters(_ text: String, _ method: AdapterChoice.Method) throws {
    guard case .adapter(let choice) = try Self.recipe("train: \(text)").weights else {
      Issue.record("no adapter")
      return
    }
    #expect(choice.method == method)
    #expect(choice.base == .f32)
  }

  @Test("Low-rank matrices have all their settings, and modules that are trained with them")
  func lowRank() throws {
    let recipe = try Self.recipe(
      """
      train: {method: lora, rank: 16, dropout: 0.1, targets: [q_proj, v_proj], variant: dora, ratio: 16,
        bias: lora_only,
        also: [embed_tokens], base: as_stored}
      """)
    guard case .adapter(let choice) = recipe.weights, case .lora(let lora) = choice.method else {
      Issue.record("no low-rank matrices")
      return
    }
    #expect(lora.rank == 16)
    #expect(lora.alpha == 32)
    #expect(lora.dropout == 0.1)
    #expect(lora.targets == ["q_proj", "v_proj"])
    #expect(lora.variant == .dora)
    #expect(lora.biases == .changed)
    #expect(choice.also == ["embed_tokens"])
    #expect(choice.base == .asStored)
    #expect(recipe.optimization.grouping.loraRatio == 16)
  }
}
