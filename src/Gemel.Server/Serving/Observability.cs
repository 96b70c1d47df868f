using Gemel.Cluster;
using Gemel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Gemel.Server.Serving;

/// <summary>OpenTelemetry: metrics for a Prometheus scrape at <c>/metrics</c>, and both metrics and traces by OTLP where the
/// environment names a collector (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
internal static class Observability
{
    private const string Everything = "Gemel.*";
    private const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Add(WebApplicationBuilder builder)
    {
        bool hasCollector = !string.IsNullOrWhiteSpace(builder.Configuration[CollectorVariable] ?? Environment.GetEnvironmentVariable(CollectorVariable));
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Everything).AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime");
                metrics.AddPrometheusExporter();
                if (hasCollector)
                {
                    metrics.AddOtlpExporter();
                }
            })
            .WithTracing(traces =>
            {
                if (hasCollector)
                {
                    traces.AddSource(Everything).AddAspNetCoreInstrumentation().AddProcessor(new KeyMask()).AddOtlpExporter();
                }
            });
    }

    /// <summary>The scrape needs a credential like every other path that shows data; it has one of its own that opens nothing else.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint("/metrics").ForMetricsKey();
}
