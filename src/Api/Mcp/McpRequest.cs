using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication;

namespace Platform.Api.Mcp;

/// <summary>A request that passed authentication and the envelope.</summary>
/// <param name="Tenant">Whose endpoint it came to; the caller's own.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Message">What is asked.</param>
/// <param name="Era">How it was asked.</param>
internal sealed record McpRequest(TenantView Tenant, AuthenticatedCaller Caller, McpMessage Message, McpEra Era)
{
    public bool May(string area, string action, string? target = null) => Caller.Permissions.Allows(area, action, target);
}

/// <summary>A permission a method needs on the canonical object.</summary>
/// <param name="Target">Null when some object of the area is enough, as for lists.</param>
internal readonly record struct Needed(string Area, string Action, string? Target)
{
    public string Scope => Target is null ? $"{Area}:{Action}" : $"{Area}:{Action}:{Target}";

    public bool IsHeldBy(AuthenticatedCaller caller) =>
        Target is null ? caller.Permissions.AllowsSome(Area, Action) : caller.Permissions.Allows(Area, Action, Target);
}

/// <summary>One MCP method. The gate asks the permission first, then runs it.</summary>
internal interface IMcpMethod
{
    string Name { get; }

    /// <summary>Whether the era has this method at all.</summary>
    bool Serves(McpEra era);

    /// <summary>Permits it costs, at least one.</summary>
    int Cost => 1;

    /// <summary>The audit class of a served request.</summary>
    Abstractions.Audit.AuditClass Class { get; }

    /// <summary>What the request acts on, for the audit trail; canonical where the method knows how.</summary>
    string? Target(McpMessage message) => null;

    /// <summary>The permission it needs; null for methods that every authenticated caller may use.</summary>
    Result<Needed?> Permission(McpMessage message);

    ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel);
}
