using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Tenants;

/// <summary>Tenants by slug, for as long as a verdict may live. Unknown slugs are not kept: they must not fill memory.</summary>
internal sealed class TenantCache
{
    private const int MaxEntries = 50_000;

    private readonly TenantGrains _grains;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _life;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly ConcurrentDictionary<string, Lazy<Task<Result<TenantView>>>> _asking = new(StringComparer.Ordinal);

    public TenantCache(TenantGrains grains, IOptions<ApiOptions> options, TimeProvider clock)
    {
        _grains = grains;
        _clock = clock;
        _life = options.Value.VerdictLife;
        _bySpan = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public ValueTask<Result<TenantView>> FindAsync(ReadOnlySpan<char> slug)
    {
        if (_bySpan.TryGetValue(slug, out var entry) && _clock.GetElapsedTime(entry.Fetched) < _life)
        {
            return ValueTask.FromResult<Result<TenantView>>(entry.Tenant);
        }

        return TenantSlug.IsValid(slug) ? FetchAsync(slug.ToString()) : ValueTask.FromResult<Result<TenantView>>(Problem.TenantNotFound());
    }

    public void Drop(string slug) => _entries.TryRemove(slug, out _);

    /// <summary>
    /// One question at a time for a slug, shared by all who ask meanwhile: a grain that nobody has forgets itself at once, and a crowd at it would be turned away.
    /// </summary>
    private async ValueTask<Result<TenantView>> FetchAsync(string slug)
    {
        for (var isLater = false; ; isLater = true)
        {
            var mine = new Lazy<Task<Result<TenantView>>>(() => AskAsync(slug));
            var asking = _asking.GetOrAdd(slug, mine);
            try
            {
                var answer = await asking.Value;

                // Who joined a question that began before it came may have missed the tenant's creation: it asks once more.
                if (isLater || answer.Problem is null || ReferenceEquals(asking, mine))
                {
                    return answer;
                }
            }
            finally
            {
                _asking.TryRemove(KeyValuePair.Create(slug, asking));
            }
        }
    }

    private async Task<Result<TenantView>> AskAsync(string slug)
    {
        var fetched = _clock.GetTimestamp();
        if (!(await _grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var id, out var unknown))
        {
            _entries.TryRemove(slug, out _);
            return unknown;
        }

        if (!(await _grains.For(id).The<ITenantGrain>().GetAsync()).Try(out var tenant, out var missing))
        {
            return missing;
        }

        if (_entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }

        _entries[slug] = new Entry(tenant, fetched);
        return tenant;
    }

    private sealed record Entry(TenantView Tenant, long Fetched);
}
