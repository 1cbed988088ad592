using Platform.Abstractions.Resources;
using Platform.Api.Mcp.Backends;
using Platform.Api.Resources;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>Keys the caller may read that begin with what was written so far.</summary>
internal static class MemoryCompletion
{
    public static async ValueTask<Completion> OfAsync(MemoryListing memory, McpRequest request, string prefix, CancellationToken cancel)
    {
        if (prefix.Length > 0 && !MemoryKey.IsValid(prefix))
        {
            return Completion.None;
        }

        var (entries, next) = await memory.PageAsync(request.Tenant.Id, request.Caller.Permissions, prefix, null, Completion.MaxValues, cancel);
        return new Completion([.. entries.Select(entry => entry.Key)], HasMore: next is not null);
    }
}
