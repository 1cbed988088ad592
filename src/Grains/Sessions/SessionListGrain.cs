using System.Text.Json;
using Orleans.Concurrency;
using Platform.Abstractions.Sessions;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Sessions;

/// <summary>Reads rows, so it can show a session for a moment after it ended; what a session may do is decided by its own grain.</summary>
[GrainType("session-list"), StatelessWorker]
internal sealed class SessionListGrain(IStateIndex index, TimeProvider clock) : Grain, ISessionListGrain
{
    private const int Round = 1_000;

    public async Task<SessionEntry[]> PageAsync(string? principal, string? after, int pageSize)
    {
        var wanted = Math.Clamp(pageSize, 1, 201);
        var found = new List<SessionEntry>();
        var now = clock.GetUtcNow();
        while (found.Count < wanted)
        {
            var rows = await index.ListAsync(GrainContext.TenantOf().ToString(), "console-session", after, Round, CancellationToken.None);
            foreach (var row in rows)
            {
                after = row.Key;
                if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.SessionEntry) is { } entry
                    && !ConsoleSessionState.IsOver(entry, now)
                    && (principal is null || string.Equals(entry.Principal, principal, StringComparison.Ordinal))
                    && found.Count < wanted)
                {
                    found.Add(entry);
                }
            }

            if (rows.Count < Round)
            {
                break;
            }
        }

        return [.. found];
    }
}
