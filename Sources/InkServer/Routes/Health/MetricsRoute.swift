import Hummingbird
import InkChat

/// `GET /metrics`, for Prometheus.
struct MetricsRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    let about = RouteDescription(
      "Metrics in Prometheus' text format", answers: [RouteDescription.Answer("text/plain", Schema.string)])
    routes.on(.get, "/metrics", access: .watch, about: about) { _, _ in
      var engines: [EngineReading] = []
      for lease in await services.models.loaded {
        engines.append(
          EngineReading(
            model: lease.listing.id, byteCount: lease.model.byteCount,
            statistics: await lease.model.statistics?.statistics))
      }
      let figures = services.metrics.figures
      var page = MetricsPage()
      page.inkstone(
        figures, engines, version: services.settings.version, running: services.activity.running)
      for dialect in MetricsDialect.allCases where services.settings.metricsDialects.contains(dialect) {
        page.dialect(dialect, figures, engines)
      }
      return .bytes(Array(page.text.utf8), mediaType: MetricsPage.mediaType)
    }
  }
}
