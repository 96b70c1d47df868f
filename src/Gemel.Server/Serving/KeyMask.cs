using System.Diagnostics;
using Gemel.Security;
using OpenTelemetry;

namespace Gemel.Server.Serving;

/// <summary>Takes keys out of traces before they are exported: somebody may have put one into an address or a header by mistake.</summary>
/// <remarks>Comes before the exporter. Queries are left out by the instrumentation itself.</remarks>
internal sealed class KeyMask : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.DisplayName = ApiKey.Mask(data.DisplayName);
        foreach (KeyValuePair<string, object?> tag in data.TagObjects.Where(tag => tag.Value is string text && text.Contains(ApiKey.Prefix, StringComparison.Ordinal)).ToArray())
        {
            data.SetTag(tag.Key, ApiKey.Mask((string)tag.Value!));
        }
    }
}
