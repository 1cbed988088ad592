using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Authentication;
using Platform.Api.Management;
using Platform.Api.Mcp;
using Platform.Api.RateLimits;
using Platform.Api.Telemetry;

namespace Platform.Api.Catalogue;

/// <summary>
/// MCP requests of those who manage a tenant (docs/adr/0044). The management gate has authenticated them; everything after that is the gate of MCP: limits and quota of the tenant, the scan, permissions,
/// schemas, output limits, and a record of its own in the trail.
/// </summary>
internal sealed class ManagedRequests(McpGate gate, RateGate buckets, RatePolicies policies, OutcomeRecord outcomes, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Deepest answer that is shown.</summary>
    private const int MaxDepth = 60;

    /// <param name="tenant">Straight from its grain.</param>
    /// <param name="command">Validated.</param>
    /// <param name="may">What the caller may do here and now, or less.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="http">The management request.</param>
    public async Task<Result<McpExchangeView>> SendAsync(TenantView tenant, SendMcp command, PermissionSet may, ManagementExchange by, HttpContext http)
    {
        var entry = new AuditEntry(clock, "rest", by.Entry.Address) { Addition = by.Entry.Addition };
        if (!(await gate.AdmitManagerAsync(tenant, Known(tenant, may, by), entry)).Try(out var admission, out var refused))
        {
            // The record of the management request tells it.
            return refused;
        }

        var body = Message(command);
        var most = tenant.InputLimits?.MaxBodyBytes ?? InputLimits.BodyBytes;
        if (body.Length > most)
        {
            return new Problem(ProblemCode.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The message is larger than {most} bytes."));
        }

        using var activity = GateTelemetry.Start();
        using var exchange = new ManagedExchange(admission, entry, activity, clock, http.RequestAborted);
        McpReply reply;
        try
        {
            reply = await gate.DispatchAsync(exchange, body);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            entry.Cancel();
            await audit.WriteAsync(entry, AuditMode.Durable);
            throw;
        }

        using (reply)
        {
            if (await outcomes.WriteAsync(entry, tenant.AuditMode, http.Connection.RemoteIpAddress) is { } instead)
            {
                return instead;
            }

            GateTelemetry.Finished(entry.Started, entry.Action, entry.Outcome, body.Length);
            return await ShowAsync(body, reply, http.RequestAborted);
        }
    }

    /// <summary>The caller, counted by buckets of the tenant like any credential of it.</summary>
    private AuthenticatedCaller Known(TenantView tenant, PermissionSet may, ManagementExchange by)
    {
        var caller = by.Caller;
        return new AuthenticatedCaller
        {
            Caller = caller,
            Policy = new AccessPolicy([], _ => may),
            Rates = new CallerRates(buckets, policies, tenant.Id, caller.Principal, $"managers/{caller.Tenant}/{caller.Principal}", tenant.RateLimit, CredentialLimit.Default),
            Fetched = clock.GetTimestamp(),
        };
    }

    private static byte[] Message(SendMcp command)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body, McpReply.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteNumber("id"u8, 1);
            writer.WriteString("method"u8, command.Method);
            writer.WriteStartObject("params"u8);
            if (command.Params is { } given)
            {
                foreach (var member in given.EnumerateObject())
                {
                    member.WriteTo(writer);
                }
            }

            writer.WriteStartObject("_meta"u8);
            writer.WriteString("io.modelcontextprotocol/protocolVersion"u8, McpVersions.Modern);
            writer.WriteStartObject("io.modelcontextprotocol/clientInfo"u8);
            writer.WriteString("name"u8, "mocopr-management-api"u8);
            writer.WriteString("version"u8, McpReply.ServerVersion);
            writer.WriteEndObject();

            // Nobody is there who could answer questions: a tool that asks some says which feature it lacks.
            writer.WriteStartObject("io.modelcontextprotocol/clientCapabilities"u8);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return body.Written.ToArray();
    }

    private static async Task<Result<McpExchangeView>> ShowAsync(byte[] request, McpReply reply, CancellationToken cancel)
    {
        using var whole = new PooledBuffer();
        await foreach (var piece in reply.PiecesAsync(cancel))
        {
            whole.Write(piece.Span);
        }

        try
        {
            var response = JsonElement.Parse(whole.Written.Span, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return new McpExchangeView(JsonElement.Parse(request), response, reply.Status, reply.Problem is { } problem ? ProblemCatalogue.Row(problem.Code).Slug : null);
        }
        catch (JsonException)
        {
            return new Problem(ProblemCode.UpstreamFailed, $"The result is nested deeper than {MaxDepth} levels.");
        }
    }
}
