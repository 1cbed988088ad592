using Platform.Api.Validation;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>logging/setLevel</c> of the eras before 2026-07-28: for the rest of the session.</summary>
internal sealed class LoggingSetLevel : IMcpMethod
{
    public string Name => "logging/setLevel";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => era == McpEra.Legacy;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => (Needed?)null;

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var level = Read(request.Message.Params.Span);
        if (level == McpLogLevel.None)
        {
            return Problem.InvalidParams("params.level must be debug, info, notice, warning, error, critical, alert or emergency.");
        }

        return await request.Session!.SetLogLevelAsync(level) is { } refused ? refused : EmptyResult.Instance;
    }

    private static McpLogLevel Read(ReadOnlySpan<byte> parameters)
    {
        if (!JsonMember.TryFind(parameters, "level"u8, out var value))
        {
            return McpLogLevel.None;
        }

        var reader = new Utf8JsonReader(value);
        reader.Read();
        return LogLevels.Read(ref reader);
    }
}
