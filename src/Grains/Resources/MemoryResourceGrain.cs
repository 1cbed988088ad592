using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Resources;

public sealed record MemoryResourceState : IProjected
{
    public MemoryEntry? Entry { get; init; }
    public string Text { get; init; } = "";

    [JsonIgnore]
    public string? Info => Entry is null ? null : JsonSerializer.Serialize(Entry, GrainStateJson.Default.MemoryEntry);

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => Entry?.ExpiresAt;
}

[GrainType("memory-resource")]
internal sealed class MemoryResourceGrain(
    [PersistentState("memory")] IPersistentState<MemoryResourceState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IMemoryResourceGrain
{
    public async Task<Result<MemoryEntry>> SetAsync(SetMemory command, Caller caller)
    {
        var key = GrainContext.RestOf();
        var ttl = command.Ttl ?? SetMemory.DefaultTtl;
        if (!MemoryKey.IsValid(key) || ttl < TimeSpan.FromSeconds(1) || ttl > SetMemory.MaxTtl)
        {
            return Problem.InvalidParams("Keys have 1 to 128 letters and digits; a time to live is 1 second to 30 days.");
        }

        var size = Encoding.UTF8.GetByteCount(command.Text);
        if (await Index.ReserveAsync(key, MemoryQuota.Charge(key, size)) is { } full)
        {
            return full;
        }

        var written = false;
        try
        {
            var now = clock.GetUtcNow();
            if (state.State.Entry is { } old && old.ExpiresAt <= now)
            {
                // The cleaner may have deleted the dead row under us; its etag is worth nothing.
                await state.ReadStateAsync();
            }

            var entry = new MemoryEntry
            {
                Key = key,
                MimeType = command.MimeType ?? "text/plain",
                Size = size,
                UpdatedAt = now,
                ExpiresAt = now + ttl,
                Version = (Live(now)?.Version ?? 0) + 1,
            };
            await state.SaveAsync(new MemoryResourceState { Entry = entry, Text = command.Text });
            written = true;
            await Index.CommitAsync(entry);
            return entry;
        }
        finally
        {
            if (!written)
            {
                await Index.ReleaseAsync(key, deleted: false);
            }
        }
    }

    public Task<Result<MemoryContent>> GetAsync()
    {
        if (Live(clock.GetUtcNow()) is { } entry)
        {
            return Task.FromResult<Result<MemoryContent>>(new MemoryContent(entry, state.State.Text));
        }

        // What is not there, or no longer, needs no memory.
        DeactivateOnIdle();
        return Task.FromResult<Result<MemoryContent>>(Problem.ResourceNotFound());
    }

    public Task<MemoryEntry?> DescribeAsync() => Task.FromResult(Live(clock.GetUtcNow()));

    public async Task<Result<bool>> DeleteAsync(Caller caller)
    {
        if (Live(clock.GetUtcNow()) is null)
        {
            return false;
        }

        await state.ClearStateAsync();
        state.State = new MemoryResourceState();
        await Index.ReleaseAsync(GrainContext.RestOf(), deleted: true);
        return true;
    }

    private IResourceIndexGrain Index => grains.For(GrainContext.TenantOf()).The<IResourceIndexGrain>();

    // The only exact rule for expiry is the one applied on read (RS-3).
    private MemoryEntry? Live(DateTimeOffset now) => state.State.Entry is { } entry && now < entry.ExpiresAt ? entry : null;
}
