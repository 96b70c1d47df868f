using Gemel.Cluster;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Access;

/// <summary>Who may call an endpoint. One without a rule is the administrator's: closed by default.</summary>
internal sealed class AccessRule
{
    /// <summary>Whoever reads.</summary>
    public static readonly AccessRule Read = new("reader", Role.Reader, Role.Writer, Role.Administrator);

    /// <summary>Whoever changes twins, relationships and their values.</summary>
    public static readonly AccessRule Write = new("writer", Role.Writer, Role.Administrator);

    /// <summary>Models, devices, mappings, keys: what decides over others.</summary>
    public static readonly AccessRule Administer = new("administrator", Role.Administrator);

    /// <summary>A writer, or the device whose id is the route parameter <c>deviceId</c>.</summary>
    public static readonly AccessRule OwnDevice = new("writer", Role.Writer, Role.Administrator);

    /// <summary>An administrator, or who holds a key for metrics.</summary>
    public static readonly AccessRule Metrics = new("scraper", Role.Scraper, Role.Administrator);

    private readonly Role[] _roles;

    private AccessRule(string name, params Role[] roles) => (Name, _roles) = (name, roles);

    /// <summary>The least role, as the document names it.</summary>
    public string Name { get; }

    public static AccessRule? Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<AccessRule>();

    public bool Allows(Role role) => Array.IndexOf(_roles, role) >= 0;
}
