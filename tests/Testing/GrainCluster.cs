using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.TestingHost;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains;
using Platform.Grains.Audit;
using Platform.Grains.Files;
using Platform.Grains.Logins;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Grains.Webhooks;
using Platform.Grains.Wire;
using Platform.Silo.Audit;
using Platform.Silo.Files;
using Platform.Silo.Storage;

namespace Platform.Testing;

/// <summary>
/// Two silos with the product's grains on the product's SQLite storage, which both share, under one fake clock. Each test makes a tenant of its
/// own; only one test at a time may drive the clock.
/// </summary>
public sealed class GrainCluster : IAsyncDisposable
{
    /// <summary>The quota of memory resources, small enough to be filled.</summary>
    public const int MemoryQuotaBytes = 20_000;

    /// <summary>Bytes of a tenant's files, of one of them, and how many: few enough to be used up.</summary>
    public const int FileTenantBytes = 20_000;
    public const int MaxFileBytes = 10_000;
    public const int MaxFiles = 4;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mocopr-grains-{Guid.NewGuid():N}");
    private readonly DataDirectory _directory;
    private readonly SqliteGrainStateTable _table;
    private readonly SqliteAuditLog _log;
    private readonly SandboxedFiles _files;
    private readonly SqliteAuditSearch _search;
    private readonly InProcessTestCluster _cluster;
    private readonly ConcurrentBag<ListeningNode> _nodes = [];

    private GrainCluster()
    {
        _directory = DataDirectory.Open(_path);
        _table = new SqliteGrainStateTable(_directory, NullLogger<SqliteGrainStateTable>.Instance);
        _log = new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance);
        _files = new SandboxedFiles(_directory, NullLogger<SandboxedFiles>.Instance);
        Files = new FaultyFileStore(_files);
        _search = new SqliteAuditSearch(_directory);
        Storage = new FaultyGrainStorage(new GroupCommitGrainStorage(_table, GrainStateJson.Default.Options, Clock));
        AuditLog = new FaultyAuditLog(_log);
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            silo.Services.AddSingleton<IStateIndex>(_table);
            silo.Services.AddSingleton<ITenantRows>(_table);
            silo.Services.AddSingleton<IAuditLog>(AuditLog);
            silo.Services.AddSingleton<IAuditCheckpoints>(_log);
            silo.Services.AddSingleton<IFileStore>(Files);
            silo.Services.AddSingleton<IAuditSearch>(_search);
            silo.Services.AddSingleton(Hasher);
            silo.Services.AddSingleton(new SealingSecret(new byte[32]));
            silo.Services.AddSingleton(new FactorSealer(new byte[32]));
            silo.Services.AddSingleton<ISecretStore>(Secrets);
            silo.Services.AddSingleton<IWebhookSender>(Receivers);
            silo.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (_, _) => Storage);
            silo.UseInMemoryReminderService();
            silo.AddPlatformGrains(grains =>
            {
                (grains.Environment, grains.MemoryQuotaBytes) = ("test", MemoryQuotaBytes);
                (grains.Files.TenantBytes, grains.Files.MaxFiles, grains.Files.MaxFileBytes) = (FileTenantBytes, MaxFiles, MaxFileBytes);
            });
        });
        builder.ConfigureClient(client => client.Services.AddPlatformWire());
        _cluster = builder.Build();
    }

    /// <summary>Drives everything that grains call time; the silos' own background work lives on real time.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>What both silos store grains with; it can be told to fail.</summary>
    public FaultyGrainStorage Storage { get; }

    /// <summary>All rows that there are of a tenant, whoever wrote them.</summary>
    public ITenantRows Rows => _table;

    /// <summary>What both silos hash credentials with; it counts what it computed.</summary>
    public CredentialHasher Hasher { get; } = new(new byte[32]);

    /// <summary>Where both silos keep secrets; it can be told to be away.</summary>
    public FaultySecretStore Secrets { get; } = new();

    /// <summary>Where both silos send webhooks.</summary>
    public FakeReceivers Receivers { get; } = new();

    /// <summary>Where both silos keep files; it can be told to fail.</summary>
    public FaultyFileStore Files { get; }

    /// <summary>The folder of tenants' files, for what happens behind the product's back.</summary>
    public string FilesDirectory => _directory.FilesDirectory;

    /// <summary>What both silos append events to; it can be told to fail or to wait.</summary>
    public FaultyAuditLog AuditLog { get; }

    /// <summary>Raw references, bound to no tenant: what an attacker inside the network would use.</summary>
    public IGrainFactory Unbound => _cluster.Client;

    public static async Task<GrainCluster> StartAsync()
    {
        var cluster = new GrainCluster();
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Somebody of a tenant who may do everything there.</summary>
    public static Caller CallerOf(TenantId tenant, string principal = "usr_tester") => new(tenant, principal, "test");

    /// <summary>References for a client of a tenant, and its scope for the rest of the calling method.</summary>
    public TenantGrains.Scoped For(TenantId tenant) => new TenantGrains(_cluster.Client).For(tenant);

    /// <summary>The same for a client that is a part of one of the two silos.</summary>
    public TenantGrains.Scoped For(TenantId tenant, int silo) =>
        new TenantGrains(_cluster.Silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>()).For(tenant);

    /// <summary>An active tenant.</summary>
    public async Task<TenantId> GivenTenantAsync()
    {
        var tenant = TenantId.New();
        var created = await For(tenant).The<ITenantGrain>().CreateAsync(new CreateTenant { Slug = tenant.ToString() }, CallerOf(TenantId.Platform));
        return created.Problem is null ? tenant : throw new InvalidOperationException(created.Problem.Detail);
    }

    /// <summary>A node that hears of every change from now on, and answers until the cluster ends.</summary>
    public async Task<ListeningNode> GivenNodeAsync()
    {
        // Orleans holds observers weakly; one that is gone would keep every change waiting for its answer.
        var node = new ListeningNode();
        _nodes.Add(node);
        await For(TenantId.Platform).Get<IChangeFeedGrain>("changes").SubscribeAsync(_cluster.Client.CreateObjectReference<IChangeObserver>(node));
        return node;
    }

    /// <summary>Ends both silos and begins them anew on the same storage; their memory is gone.</summary>
    public async Task RestartAsync()
    {
        foreach (var silo in _cluster.Silos.ToArray())
        {
            await _cluster.RestartSiloAsync(silo);
        }
    }

    /// <summary>Ends the grain's activation; the next call makes a new one from storage.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <summary>What one end of the wire reads and writes messages with: the client, or a silo.</summary>
    public Serializer Wire(int? silo = null) => (silo is { } at ? _cluster.Silos[at].ServiceProvider : _cluster.Client.ServiceProvider).GetRequiredService<Serializer>();

    /// <summary>Whether a grain has a reminder of this name.</summary>
    public async Task<bool> IsRemindedAsync(IAddressable grain, string name) =>
        await _cluster.Silos[0].ServiceProvider.GetRequiredService<IReminderTable>().ReadRow(grain.GetGrainId(), name) is not null;

    /// <summary>Makes a call as the grain itself would make it: what a bug in that grain, or an attacker in its code, could do.</summary>
    /// <param name="grain">It must be active.</param>
    /// <param name="call">Runs in the grain's context.</param>
    public async Task<T> AsGrainAsync<T>(IAddressable grain, Func<IGrainFactory, Task<T>> call)
    {
        if (!_cluster.TryGetGrainContext(grain.GetGrainId(), out var context))
        {
            throw new InvalidOperationException("The grain is not active.");
        }

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Scheduler.QueueAction(() => _ = RunAsync());
        return await done.Task;

        async Task RunAsync()
        {
            try
            {
                done.SetResult(await call(context.ActivationServices.GetRequiredService<IGrainFactory>()));
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }
    }

    /// <summary>Asks until the answer is as wanted, or many times; the last answer. For what a grain timer does after the clock was advanced.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Predicate<T> wanted)
    {
        var answer = await ask();
        for (var asked = 0; asked < 10_000 && !wanted(answer); asked++)
        {
            answer = await ask();
        }

        return answer;
    }

    /// <summary>Everything that is stored of a tenant's grains, as text.</summary>
    public async Task<string> DumpAsync(TenantId tenant)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _directory.GrainsFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT grain_type || ' ' || grain_key || ' ' || COALESCE(info, '') || ' ' || CAST(payload AS TEXT) FROM grain_state WHERE tenant = $tenant";
        command.Parameters.AddWithValue("$tenant", tenant.ToString());
        await using var rows = await command.ExecuteReaderAsync();
        var text = new System.Text.StringBuilder();
        while (await rows.ReadAsync())
        {
            text.AppendLine(rows.GetString(0));
        }

        return text.ToString();
    }

    /// <summary>Changes the audit file behind the product's back.</summary>
    public async Task TamperWithAuditAsync(string sql, TenantId tenant)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _directory.AuditFile, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests write it.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$tenant", tenant.ToString());
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _table.Dispose();
        _search.Dispose();
        _log.Dispose();
        _files.Dispose();
        _directory.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
