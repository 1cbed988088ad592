using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp;

/// <summary>One MCP method. The gate asks the permission first, then runs it.</summary>
internal interface IMcpMethod
{
    string Name { get; }

    /// <summary>Whether the era has this method at all.</summary>
    bool Serves(McpEra era);

    /// <summary>Permits it costs, at least one.</summary>
    int Cost => 1;

    /// <summary>Its name parameter is a tool's, with a price of its own where the tenant says so: <c>tools/call</c> alone.</summary>
    bool CallsTool => false;

    /// <summary>The audit class of a served request.</summary>
    AuditClass Class { get; }

    /// <summary>It opens a session when it succeeds: <c>initialize</c> alone.</summary>
    bool OpensSession => false;

    /// <summary>It goes on for as long as the client listens: audited before it begins.</summary>
    bool Streams => false;

    /// <summary>It bounds its own time; the gate bounds that of all others.</summary>
    bool KeepsTime => false;

    /// <summary>
    /// Whether this request changes nothing of the tenant's. The default refuses: while a tenant is read-only, what does not say so is not run (IR-2).
    /// </summary>
    bool OnlyReads(TenantView tenant, McpMessage message) => false;

    /// <summary>What the request acts on, for the audit trail; canonical where the method knows how.</summary>
    string? Target(McpMessage message) => null;

    /// <summary>The permission it needs; null for methods that every authenticated caller may use.</summary>
    Result<Needed?> Permission(TenantView tenant, McpMessage message);

    ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel);
}
