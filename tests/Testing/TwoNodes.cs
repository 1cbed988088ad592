using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Abstractions.Roles;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Api;
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
/// Two nodes as a cluster would have them: each a silo with the product's grains and a data listener in front of it, on one storage and real time. The
/// product itself runs as one node so far; this is what shows that nothing in it counts on that. Either node can be killed, once.
/// </summary>
public sealed class TwoNodes : IAsyncDisposable
{
    private static readonly Caller Operator = new(TenantId.Platform, "system", "two-nodes");

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mocopr-nodes-{Guid.NewGuid():N}");
    private readonly DataDirectory _directory;
    private readonly SqliteGrainStateTable _table;
    private readonly SqliteAuditLog _log;
    private readonly SandboxedFiles _files;
    private readonly SqliteAuditSearch _search;
    private readonly FaultySecretStore _secrets = new();
    private readonly InProcessTestCluster _cluster;
    private readonly InProcessSiloHandle[] _silos = new InProcessSiloHandle[2];
    private readonly WebApplication[] _fronts = new WebApplication[2];

    /// <summary>Where both nodes send webhooks.</summary>
    public FakeReceivers Receivers { get; } = new();

    private TwoNodes()
    {
        _directory = DataDirectory.Open(_path);
        _table = new SqliteGrainStateTable(_directory, NullLogger<SqliteGrainStateTable>.Instance);
        _log = new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance);
        _files = new SandboxedFiles(_directory, NullLogger<SandboxedFiles>.Instance);
        _search = new SqliteAuditSearch(_directory);
        var storage = new GroupCommitGrainStorage(_table, GrainStateJson.Default.Options, TimeProvider.System);
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IStateIndex>(_table);
            silo.Services.AddSingleton<ITenantRows>(_table);
            silo.Services.AddSingleton<IAuditLog>(_log);
            silo.Services.AddSingleton<IAuditCheckpoints>(_log);
            silo.Services.AddSingleton<IFileStore>(_files);
            silo.Services.AddSingleton<IAuditSearch>(_search);
            silo.Services.AddSingleton(new CredentialHasher(new byte[32]));
            silo.Services.AddSingleton(new SealingSecret(new byte[32]));
            silo.Services.AddSingleton(new FactorSealer(new byte[32]));
            silo.Services.AddSingleton<ISecretStore>(_secrets);
            silo.Services.AddSingleton<IWebhookSender>(Receivers);
            silo.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (_, _) => storage);
            silo.UseInMemoryReminderService();
            silo.AddPlatformGrains();

            // As the product has it: a silo that is lost is known to be lost after a few seconds.
            silo.Configure<ClusterMembershipOptions>(membership => (membership.ProbeTimeout, membership.NumMissedProbesLimit) = (TimeSpan.FromSeconds(2), 2));
        });
        builder.ConfigureClient(client => client.Services.AddPlatformWire());
        _cluster = builder.Build();
    }

    /// <param name="configure">More services of each node's front end, such as backends.</param>
    public static async Task<TwoNodes> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var nodes = new TwoNodes();
        await nodes._cluster.DeployAsync();
        for (var i = 0; i < 2; i++)
        {
            nodes._silos[i] = nodes._cluster.Silos[i];
            nodes._fronts[i] = Build(nodes._silos[i].ServiceProvider.GetRequiredService<IGrainFactory>(), configure);
            await nodes._fronts[i].StartAsync();
        }

        return nodes;
    }

    /// <summary>A tenant's endpoint on one of the nodes.</summary>
    public Uri Endpoint(int node, string slug) =>
        new(new Uri(_fronts[node].Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), $"/t/{slug}/mcp");

    /// <summary>A new tenant without limits that anybody reaches, and the secret of a key that may do everything there.</summary>
    public async Task<(TenantId Id, string Slug, string Key)> GivenTenantAsync()
    {
        var slug = "t" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var grains = new TenantGrains(_cluster.Client);
        var tenant = Value(await grains.Platform.Get<ITenantDirectoryGrain>(slug).CreateAsync(
            new CreateTenant { Slug = slug, RateLimit = new RateLimitRule(1_000_000, 100_000) }, Operator));
        var key = Value(await grains.For(tenant.Id).The<IKeyIndexGrain>().IssueAsync(
            new IssueKey { Name = "test key", Roles = [BuiltInRoles.Admin] }, KeyKind.Mcp, Operator));
        return (tenant.Id, slug, key.Secret);
    }

    public async Task RevokeAsync(TenantId tenant, string keyId) =>
        _ = Value(await new TenantGrains(_cluster.Client).For(tenant).Get<IKeyGrain>(keyId).RevokeAsync(Operator));

    public async Task SuspendAsync(TenantId tenant) =>
        _ = Value(await new TenantGrains(_cluster.Client).For(tenant).The<ITenantGrain>().SuspendAsync(new SuspendTenant(), resumeAlone: true, Operator));

    public async Task DeleteAsync(TenantId tenant) =>
        _ = Value(await new TenantGrains(_cluster.Client).Platform.Get<ITenantPurgeGrain>(tenant.ToString()).DeleteAsync(null, Operator));

    /// <summary>Replaces the tenant's rate limits.</summary>
    public async Task LimitAsync(TenantId tenant, RateLimitPolicy policy)
    {
        var book = new TenantGrains(_cluster.Client).For(tenant).The<IRateLimitBookGrain>();
        _ = Value(await book.SetAsync(policy, (await book.GetAsync()).Version, Operator));
    }

    /// <summary>Permits of the tenant's quota that are used or leased on this day.</summary>
    public async Task<long> UsedTodayAsync(TenantId tenant) => (await new TenantGrains(_cluster.Client).For(tenant).The<IUsageQuotaGrain>().ReportAsync()).Today;

    /// <summary>Makes, or replaces, one of the platform's plans.</summary>
    public async Task PlanAsync(string name, RateLimitPlan plan)
    {
        var book = new TenantGrains(_cluster.Client).Platform.The<IRateLimitPlanBookGrain>();
        var known = Array.Find((await book.SinceAsync(-1))!.Plans, known => string.Equals(known.Name, name, StringComparison.Ordinal));
        _ = Value(await book.SetAsync(name, plan, known?.Version ?? 0, Operator));
    }

    public async Task AssignPlanAsync(TenantId tenant, string plan)
    {
        var use = new TenantGrains(_cluster.Client).Platform.Get<IRateLimitPlanUseGrain>(tenant.ToString());
        _ = Value(await use.AssignAsync(plan, (await use.GetAsync()).Version, Operator));
    }

    public async Task MakeReadOnlyAsync(TenantId tenant) =>
        _ = Value(await new TenantGrains(_cluster.Client).For(tenant).The<ITenantGrain>().MakeReadOnlyAsync(new MakeReadOnly(), Operator));

    /// <summary>Ends every key, session and sign-in of a tenant.</summary>
    public async Task RevokeCredentialsAsync(TenantId tenant) =>
        _ = Value(await new TenantGrains(_cluster.Client).For(tenant).The<ITenantGrain>().RevokeCredentialsAsync(Operator));

    public async Task RevokeTokensAsync(TenantId tenant, RevokedKind kind, string id)
    {
        if (await new TenantGrains(_cluster.Client).For(tenant).The<ITokenRevocationGrain>().RevokeAsync(kind, id, Operator) is { } refused)
        {
            throw new InvalidOperationException(refused.Detail);
        }
    }

    public async Task<AlertView[]> AlertsAsync(TenantId tenant) => await new TenantGrains(_cluster.Client).For(tenant).The<IAlertRuleGrain>().AlertsAsync(null, null, 100);

    public async Task<AlertRuleView[]> AlertRulesAsync(TenantId tenant) => await new TenantGrains(_cluster.Client).For(tenant).The<IAlertRuleGrain>().ListAsync();

    /// <summary>Blocks the principal that a key belongs to.</summary>
    public async Task BlockAsync(TenantId tenant, string keyId)
    {
        await GivenAnotherAdminAsync(tenant);
        _ = Value(await Principals(tenant).BlockAsync($"svc_{keyId}", new BlockPrincipal { Reason = "left" }, Operator));
    }

    /// <summary>Takes every role from the principal that a key belongs to.</summary>
    public async Task TakeRolesAsync(TenantId tenant, string keyId)
    {
        await GivenAnotherAdminAsync(tenant);
        _ = Value(await Principals(tenant).SetRolesAsync($"svc_{keyId}", new SetRoles { Roles = [] }, Everything));
    }

    // The last admin is neither blocked nor demoted.
    private async Task GivenAnotherAdminAsync(TenantId tenant) =>
        _ = Value(await Principals(tenant).AddAsync(new AddPrincipal { Kind = PrincipalKind.Service, DisplayName = "stays", Roles = [BuiltInRoles.Admin] }, Everything));

    private static Authority Everything => new(Operator, ["*"], []);

    private IPrincipalIndexGrain Principals(TenantId tenant) => new TenantGrains(_cluster.Client).For(tenant).The<IPrincipalIndexGrain>();

    /// <summary>An access token of the principal that a key belongs to, for the tenant's endpoint.</summary>
    public Task<string> SignTokenAsync(TenantId tenant, string slug, string key) => SignTokenForAsync(tenant, slug, $"svc_{key.Substring(10, KeyToken.IdLength)}");

    /// <summary>An access token of any principal.</summary>
    public async Task<string> SignTokenForAsync(TenantId tenant, string slug, string principal)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var issuer = AccessTokenRules.Issuer(new ApiOptions().DataUrl, slug);
        var claims = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = issuer, ["sub"] = principal, ["aud"] = $"{issuer}/mcp", ["exp"] = now + 600, ["iat"] = now, ["jti"] = Guid.NewGuid().ToString("N"), [AccessTokenRules.FamilyClaim] = Guid.NewGuid().ToString("N"),
            ["client_id"] = "test", ["scope"] = "*",
        });
        return Value(await new TenantGrains(_cluster.Client).For(tenant).The<IKeyRingGrain>().SignAsync(new SignJws { Type = AccessTokenRules.Type, Payload = claims }, Operator)).Compact;
    }

    /// <summary>A new user of a tenant who may do everything there, beside another who may.</summary>
    public async Task<string> GivenPersonAsync(TenantId tenant)
    {
        var people = await Task.WhenAll(new[] { "stays", "goes" }.Select(name => Principals(tenant).AddAsync(
            new AddPrincipal { Kind = PrincipalKind.User, Name = name, DisplayName = name, Roles = [BuiltInRoles.Admin] }, Everything)));
        return Value(people[1]).Id;
    }

    /// <summary>Asks for the erasure of a person.</summary>
    public async Task EraseAsync(TenantId tenant, string principal) =>
        _ = Value(await Erasure(tenant, principal).EraseAsync(new ErasePrincipal { Confirm = principal }, Operator));

    public async Task<OperationView> ErasureAsync(TenantId tenant, string principal) => Value(await Erasure(tenant, principal).GetAsync());

    private IErasureGrain Erasure(TenantId tenant, string principal) => new TenantGrains(_cluster.Client).For(tenant).Get<IErasureGrain>(principal);

    /// <summary>Disables every signing key of a tenant.</summary>
    public async Task EmergencyRotateAsync(TenantId tenant) =>
        Value(await new TenantGrains(_cluster.Client).For(tenant).The<IKeyRingGrain>().EmergencyRotateAsync(Operator));

    /// <summary>The node whose silo holds a grain's activation; -1 when none does.</summary>
    public int HolderOf(string grainType, TenantId tenant, string? rest = null) =>
        _cluster.TryGetGrainContext(GrainId.Create(grainType, rest is null ? GrainKeys.For(tenant) : GrainKeys.For(tenant, rest)), out var context)
            ? Array.FindIndex(_silos, silo => silo.SiloAddress.Equals(context.Address.SiloAddress))
            : -1;

    /// <summary>Ends a node without a word to anybody: its connections break, its activations are gone, nothing is flushed.</summary>
    public async Task KillAsync(int node)
    {
        await _cluster.KillSiloAsync(_silos[node]);
        await StopAsync(_fronts[node]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var front in _fronts)
        {
            await StopAsync(front);
            await front.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        _table.Dispose();
        _search.Dispose();
        _log.Dispose();
        _files.Dispose();
        _directory.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private static WebApplication Build(IGrainFactory silo, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(silo);
        builder.Services.AddApiRole(_ => { });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        var data = ApiRole.DataPlane(app.Services);
        ((IApplicationBuilder)app).Run(data);
        return app;
    }

    private static async Task StopAsync(WebApplication front)
    {
        try
        {
            // A token that is cancelled already breaks connections instead of waiting for them.
            await front.StopAsync(new CancellationToken(canceled: true));
        }
        catch (Exception failure) when (failure is OperationCanceledException or AggregateException)
        {
            // What could not say goodbye was not meant to.
        }
    }

    private static T Value<T>(Result<T> result) =>
        result.Try(out var value, out var refused) ? value : throw new InvalidOperationException(refused.Detail);
}
