import InkChat

extension ModelsRoutes {
  static let listDescription = RouteDescription(
    "All models, loaded or not",
    answers: [
      RouteDescription.Answer(
        "application/json",
        Schema.object(
          [
            Schema.member("object", Schema.word("list")), Schema.member("data", Schema.list(Schema.reference("Model"))),
          ],
          required: ["object", "data"]))
    ])

  static let oneDescription = RouteDescription(
    "One model", answers: [RouteDescription.Answer("application/json", Schema.reference("Model"))])
}
