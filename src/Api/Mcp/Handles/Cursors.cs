using System.Text;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Handles;

/// <summary>Cursors of lists: opaque, and good for the caller and the list they were given out for (MCP, Pagination).</summary>
internal sealed class Cursors(HandleSealer sealer)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Where the request's cursor says to go on: null for the first page, <c>invalid-params</c> for a cursor that nobody gave this caller.</summary>
    public async ValueTask<Result<string?>> ReadAsync(McpRequest request)
    {
        if (request.Message.Cursor is not { } cursor)
        {
            return (string?)null;
        }

        return (await sealer.OpenAsync(Binding(request), cursor)).Try(out var opened, out _)
            ? Encoding.UTF8.GetString(opened.Payload.Span)
            : Problem.InvalidParams("The cursor is not valid.");
    }

    /// <summary>A cursor that goes on after a name; null when there is nothing to go on to.</summary>
    public async ValueTask<string?> WriteAsync(McpRequest request, string? after) =>
        after is null ? null : await sealer.SealAsync(Binding(request), Encoding.UTF8.GetBytes(after), Life);

    private static HandleBinding Binding(McpRequest request) =>
        new(request.Tenant.Id, request.Caller.Caller.Principal, "cursor " + request.Message.Method, default);
}
