using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Requests;

/// <summary>The ids in a path, decoded and checked.</summary>
/// <remarks>All throw GMW009 where the segment is not percent-encoded UTF-8 and GMA001 where it is not an id.</remarks>
internal static class PathIds
{
    public static TwinId Twin(HttpContext context) => TwinId.Create(RequestTarget.Segment(context, "twinId"));

    public static RelationshipId Relationship(HttpContext context) => RelationshipId.Create(RequestTarget.Segment(context, "relationshipId"));

    public static DeviceId Device(HttpContext context) => DeviceId.Create(RequestTarget.Segment(context, "deviceId"));

    /// <summary>A job's id, which is bound by the same rules.</summary>
    public static string Job(HttpContext context) => TwinId.Create(RequestTarget.Segment(context, "jobId")).Value;

    public static ModelId Model(HttpContext context) => new(RequestTarget.Segment(context, "modelId"));

    public static string Component(HttpContext context) => RequestTarget.Segment(context, "componentPath");

    public static string Key(HttpContext context) => RequestTarget.Segment(context, "name");

    public static string Mapping(HttpContext context) => RequestTarget.Segment(context, "name");
}
