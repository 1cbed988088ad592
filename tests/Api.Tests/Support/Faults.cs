using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;

namespace Platform.Api.Tests.Support;

/// <summary>What a test may break while the product runs.</summary>
public sealed class Faults
{
    /// <summary>Text that must never be seen outside: what a driver would say.</summary>
    public const string DriverText = "SqliteException: SELECT payload FROM grain_state at /var/lib/mocopr/data.db (Microsoft.Data.Sqlite v9)";

    private volatile bool _audit;
    private volatile bool _index;

    public bool AuditFails { get => _audit; set => _audit = value; }

    public bool IndexFails { get => _index; set => _index = value; }

    /// <summary>How often intents were stored.</summary>
    public int Intents => Volatile.Read(ref _intents);

    private int _intents;
    private volatile Func<bool, Task>? _hold;

    /// <summary>A log that hangs: from now on appends wait until the answer is let go; intents too, unless they pass.</summary>
    public HeldAppends HoldAppends(bool intentsPass = false)
    {
        var held = new HeldAppends(() => _hold = null);
        _hold = isIntent => isIntent && intentsPass ? Task.CompletedTask : held.PassAsync();
        return held;
    }

    private readonly Lock _lock = new();
    private string? _point;
    private Exception? _failure;
    private int _hits;

    /// <summary>How often the broken point was reached since it was broken.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>How often grain storage or its index was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    private int _reads;

    /// <summary>
    /// Breaks one point until <see cref="Mend"/>: <c>read:</c>, <c>write:</c>, <c>clear:</c> or <c>list:</c> with a grain type, or <c>audit:</c> with
    /// <c>head</c>, <c>append</c>, <c>intend</c>, <c>read</c>, <c>existing</c>, <c>seal</c> or <c>segments</c>, or <c>vault:</c> with <c>get</c>, <c>set</c>, <c>versions</c> or <c>delete</c>.
    /// </summary>
    public void Break(string point, Exception failure)
    {
        lock (_lock)
        {
            (_point, _failure, _hits) = (point, failure, 0);
        }
    }

    public void Mend()
    {
        lock (_lock)
        {
            _point = null;
        }
    }

    private void Reach(string point)
    {
        lock (_lock)
        {
            if (string.Equals(_point, point, StringComparison.Ordinal))
            {
                _hits++;
                throw _failure!;
            }
        }
    }

    public void Install(IServiceCollection services)
    {
        var storage = services.Last(service => service.ServiceType == typeof(IGrainStorage) && service.IsKeyedService);
        services.AddKeyedSingleton<IGrainStorage>(storage.ServiceKey, (provider, key) => new FlakyStorage((IGrainStorage)storage.KeyedImplementationFactory!(provider, key), this));
        Wrap<IAuditLog>(services, inner => new FlakyAuditLog(inner, this));
        Wrap<IAuditSearch>(services, inner => new FlakyAuditSearch(inner, this));
        Wrap<IStateIndex>(services, inner => new FlakyIndex(inner, this));
        Wrap<ISecretStore>(services, inner => new FlakyVault(inner, this));
    }

    private static void Wrap<T>(IServiceCollection services, Func<T, T> wrap) where T : class
    {
        var real = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton<T>(provider => wrap((T)(real.ImplementationInstance ?? real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!))));
    }

    private sealed class FlakyAuditSearch(IAuditSearch inner, Faults faults) : IAuditSearch
    {
        public ValueTask<AuditMatches> FindAsync(TenantId tenant, string shard, FindAuditEvents query, CancellationToken cancel)
        {
            faults.Reach("audit:search");
            return inner.FindAsync(tenant, shard, query, cancel);
        }

        public ValueTask<AuditCounts?> CountAsync(TenantId tenant, string shard, AuditFilter filter, DateTimeOffset to, int buckets, CancellationToken cancel)
        {
            faults.Reach("audit:count");
            return inner.CountAsync(tenant, shard, filter, to, buckets, cancel);
        }
    }

    private sealed class FlakyAuditLog(IAuditLog inner, Faults faults) : IAuditLog, IDisposable
    {
        public ValueTask<AuditHead> HeadAsync(TenantId tenant, string shard, CancellationToken cancel)
        {
            faults.Reach("audit:head");
            return inner.HeadAsync(tenant, shard, cancel);
        }

        public async ValueTask AppendAsync(TenantId tenant, string shard, IReadOnlyList<AuditRow> rows, CancellationToken cancel)
        {
            faults.Reach("audit:append");
            await (faults._hold?.Invoke(false) ?? Task.CompletedTask);
            await (faults.AuditFails ? ValueTask.FromException(new IOException(DriverText)) : inner.AppendAsync(tenant, shard, rows, cancel));
        }

        public ValueTask IntendAsync(TenantId tenant, string shard, IReadOnlyList<AuditEvent> intents, CancellationToken cancel)
        {
            faults.Reach("audit:intend");
            return faults.AuditFails ? ValueTask.FromException(new IOException(DriverText)) : StoreAsync(tenant, shard, intents, cancel);
        }

        private async ValueTask StoreAsync(TenantId tenant, string shard, IReadOnlyList<AuditEvent> intents, CancellationToken cancel)
        {
            await (faults._hold?.Invoke(true) ?? Task.CompletedTask);
            await inner.IntendAsync(tenant, shard, intents, cancel);
            Interlocked.Add(ref faults._intents, intents.Count);
        }

        public ValueTask<IReadOnlyList<AuditIntentRow>> IntentsAsync(DateTimeOffset before, int count, CancellationToken cancel) => inner.IntentsAsync(before, count, cancel);

        public ValueTask<IReadOnlyList<AuditRow>> ReadAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel)
        {
            faults.Reach("audit:read");
            return inner.ReadAsync(tenant, shard, from, count, cancel);
        }

        public ValueTask<string?> PrunedAsync(TenantId tenant, string shard, CancellationToken cancel) => inner.PrunedAsync(tenant, shard, cancel);

        public ValueTask PruneAsync(TenantId tenant, string shard, long through, string statement, CancellationToken cancel) => inner.PruneAsync(tenant, shard, through, statement, cancel);

        public ValueTask<IReadOnlySet<Guid>> ExistingAsync(TenantId tenant, IReadOnlyList<Guid> eventIds, CancellationToken cancel)
        {
            faults.Reach("audit:existing");
            return inner.ExistingAsync(tenant, eventIds, cancel);
        }

        public ValueTask SealAsync(TenantId tenant, string shard, AuditSegmentRow segment, CancellationToken cancel)
        {
            faults.Reach("audit:seal");
            return faults.AuditFails ? ValueTask.FromException(new IOException(DriverText)) : inner.SealAsync(tenant, shard, segment, cancel);
        }

        public ValueTask<AuditSegmentRow?> LastSegmentAsync(TenantId tenant, string shard, CancellationToken cancel)
        {
            faults.Reach("audit:segments");
            return inner.LastSegmentAsync(tenant, shard, cancel);
        }

        public ValueTask<IReadOnlyList<AuditSegmentRow>> SegmentsAsync(TenantId tenant, string shard, long from, int count, CancellationToken cancel)
        {
            faults.Reach("audit:segments");
            return inner.SegmentsAsync(tenant, shard, from, count, cancel);
        }

        public void Dispose() => (inner as IDisposable)?.Dispose();
    }

    private sealed class FlakyVault(ISecretStore inner, Faults faults) : ISecretStore
    {
        public TimeSpan Granularity => inner.Granularity;

        public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel)
        {
            faults.Reach("vault:get");
            return inner.GetAsync(name, cancel);
        }

        public ValueTask<byte[]?> GetVersionAsync(string name, string version, CancellationToken cancel)
        {
            faults.Reach("vault:get");
            return inner.GetVersionAsync(name, version, cancel);
        }

        public ValueTask<string> SetAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancel)
        {
            faults.Reach("vault:set");
            return inner.SetAsync(name, value, expires, cancel);
        }

        public ValueTask<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancel)
        {
            faults.Reach("vault:versions");
            return inner.VersionsAsync(name, cancel);
        }

        public ValueTask<bool> DisableAsync(string name, string version, CancellationToken cancel) => inner.DisableAsync(name, version, cancel);

        public ValueTask<bool> DeleteAsync(string name, CancellationToken cancel)
        {
            faults.Reach("vault:delete");
            return inner.DeleteAsync(name, cancel);
        }
    }

    private sealed class FlakyIndex(IStateIndex inner, Faults faults) : IStateIndex
    {
        public ValueTask<IReadOnlyList<StateRow>> ListAsync(string tenant, string grainType, string? after, int count, CancellationToken cancel)
        {
            Interlocked.Increment(ref faults._reads);
            faults.Reach("list:" + grainType);
            return faults.IndexFails ? ValueTask.FromException<IReadOnlyList<StateRow>>(new IOException(DriverText)) : inner.ListAsync(tenant, grainType, after, count, cancel);
        }
    }

    private sealed class FlakyStorage(IGrainStorage inner, Faults faults) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Interlocked.Increment(ref faults._reads);
            faults.Reach($"read:{grainId.Type}");
            return inner.ReadStateAsync(stateName, grainId, grainState);
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            faults.Reach($"write:{grainId.Type}");
            return inner.WriteStateAsync(stateName, grainId, grainState);
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            faults.Reach($"clear:{grainId.Type}");
            return inner.ClearStateAsync(stateName, grainId, grainState);
        }
    }
}

/// <summary>Everything the product logs, with exceptions, as one text.</summary>
public sealed class LogText : ILoggerProvider
{
    private readonly System.Text.StringBuilder _text = new();
    private readonly Lock _lock = new();

    public override string ToString()
    {
        lock (_lock)
        {
            return _text.ToString();
        }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(LogText log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (log._lock)
            {
                log._text.Append(category).Append(' ').AppendLine(formatter(state, exception)).AppendLine(exception?.ToString());
            }
        }
    }
}
