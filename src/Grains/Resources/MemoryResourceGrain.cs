using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Resources;

[GrainType("memory-resource")]
internal sealed class MemoryResourceGrain(
    [PersistentState("memory")] IPersistentState<MemoryResourceState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IMemoryResourceGrain
{
    private long _lastVersion;

    public async Task<Result<MemoryEntry>> SetAsync(SetMemory command, Caller caller)
    {
        var key = GrainContext.RestOf();
        if ((MemoryKey.IsValid(key) ? command.Check() : Problem.Invalid([new FieldError("key", MemoryKey.Rule)])) is { } invalid)
        {
            return invalid;
        }

        var now = clock.GetUtcNow();
        var current = Live(now);
        if (IsOther(command.ExpectedVersion, current))
        {
            return Problem.PreconditionFailed();
        }

        return await WriteAsync(new MemoryResourceState
        {
            Entry = new MemoryEntry
            {
                Key = key,
                MimeType = command.MimeType ?? (command.Bytes is null ? MemoryMimeType.Text : MemoryMimeType.Bytes),
                Size = command.Size(),
                IsBinary = command.Bytes is not null,
                Priority = command.Priority,
                CreatedAt = current?.CreatedAt ?? now,
                UpdatedAt = now,
                ExpiresAt = now + (command.Ttl ?? SetMemory.DefaultTtl),
                Version = NextVersion(now),
            },
            Text = command.Bytes is null ? command.Text : "",
            Bytes = command.Bytes,
        });
    }

    public async Task<Result<MemoryEntry>> ExtendAsync(ExtendMemory command, long? expectedVersion, Caller caller)
    {
        var now = clock.GetUtcNow();
        var current = Live(now);
        if (IsOther(expectedVersion, current))
        {
            return Problem.PreconditionFailed();
        }

        if (current is null)
        {
            return Problem.ResourceNotFound();
        }

        var ttl = command.TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : SetMemory.DefaultTtl;
        return SetMemory.IsTtl(ttl)
            ? await WriteAsync(state.State with { Entry = current with { ExpiresAt = now + ttl, Version = NextVersion(now) } })
            : Problem.Invalid([new FieldError("ttlSeconds", ExtendMemory.TtlRule)]);
    }

    public Task<Result<MemoryContent>> GetAsync()
    {
        if (Live(clock.GetUtcNow()) is { } entry)
        {
            return Task.FromResult<Result<MemoryContent>>(new MemoryContent(entry, state.State.Text) { Bytes = state.State.Bytes });
        }

        // What is not there, or no longer, needs no memory.
        DeactivateOnIdle();
        return Task.FromResult<Result<MemoryContent>>(Problem.ResourceNotFound());
    }

    public Task<MemoryEntry?> DescribeAsync()
    {
        var entry = Live(clock.GetUtcNow());
        if (entry is null)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(entry);
    }

    public async Task<Result<bool>> DeleteAsync(long? expectedVersion, Caller caller)
    {
        var current = Live(clock.GetUtcNow());
        if (IsOther(expectedVersion, current))
        {
            return Problem.PreconditionFailed();
        }

        if (current is null)
        {
            return false;
        }

        // Nothing more is held by this, but the index knows then that it must ask if it hears no more.
        await Index.ReserveAsync(current.Key, 0);
        try
        {
            await state.ClearStateAsync();
            state.State = new MemoryResourceState();
        }
        catch
        {
            await SettleAsync(current.Key);
            throw;
        }

        _lastVersion = Math.Max(_lastVersion, current.Version);
        await Index.ReleaseAsync(current.Key);
        return true;
    }

    private IResourceIndexGrain Index => grains.For(GrainContext.TenantOf()).The<IResourceIndexGrain>();

    private async Task<Result<MemoryEntry>> WriteAsync(MemoryResourceState next)
    {
        var entry = next.Entry!;
        if (await Index.ReserveAsync(entry.Key, MemoryQuota.Charge(entry.Key, entry.Size)) is { } full)
        {
            return full;
        }

        try
        {
            if (state.State.Entry is { } old && old.ExpiresAt <= clock.GetUtcNow())
            {
                // The cleaner may have deleted the dead row under us; its etag is worth nothing.
                await state.ReadStateAsync();
            }

            await state.SaveAsync(next);
        }
        catch
        {
            await SettleAsync(entry.Key);
            throw;
        }

        await Index.CommitAsync(entry);
        return entry;
    }

    /// <summary>A change that failed may be on disk all the same: what is read there decides. If that fails too, the index asks later.</summary>
    private async Task SettleAsync(string key)
    {
        DeactivateOnIdle();
        await state.ReadStateAsync();
        if (state.State.Entry is { } stored)
        {
            await Index.CommitAsync(stored);
        }
        else
        {
            await Index.ReleaseAsync(key);
        }
    }

    // The only exact rule for expiry is the one applied on read (RS-3).
    private MemoryEntry? Live(DateTimeOffset now) => state.State.Entry is { } entry && now < entry.ExpiresAt ? entry : null;

    private static bool IsOther(long? expected, MemoryEntry? current) => expected is not null && expected != (current?.Version ?? 0);

    // A version that was given out must not come again, though the clock stepped back or the key was deleted in between.
    private long NextVersion(DateTimeOffset now) =>
        _lastVersion = Math.Max(Math.Max(_lastVersion, state.State.Entry?.Version ?? 0) + 1, (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
}
