namespace Gemel.Modeling;

/// <summary>The DTDL types of elements; the names are DTDL's.</summary>
internal enum ElementClass
{
    Interface,
    Property,
    Telemetry,
    Relationship,
    Component,
    Command,
    CommandPayload,
    CommandRequest,
    CommandResponse,
    Array,
    Enum,
    EnumValue,
    Map,
    MapKey,
    MapValue,
    Object,
    Field,
}
