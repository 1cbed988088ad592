using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Hosting;
using Platform.Hosting.Startup;
using Platform.Silo.Storage;

namespace Platform.Silo.Bootstrap;

/// <summary>
/// Makes the platform admin, the tenant <c>demo</c> and their first credentials, before the listeners open. The admin is made last: until it exists, the
/// next start begins again, so a start that was cut short costs nothing but a spare key.
/// </summary>
internal sealed class FirstStart(
    TenantGrains grains,
    AuditTrail audit,
    DataDirectory directory,
    PlatformOptions options,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    PostgresDatabase? database = null) : IHostedService
{
    public const string Demo = "demo";

    private const long Turn = 0x4D43_5043_0002;

    private static readonly Caller System = new(TenantId.Platform, "system", "first-start");

    public bool IsDone { get; private set; }

    private ILoginGrain Login => grains.Platform.Get<ILoginGrain>(PlatformAdmin.Principal);

    private string ManagementUrl => options.Urls.Management.TrimEnd('/');

    private string McpUrl => $"{options.Urls.Data.TrimEnd('/')}/t/{Demo}/mcp";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Of silos that start at once on an empty database one makes the first start; the others find it made.
        await using var turn = database is null ? null : await database.LockAsync(Turn, cancellationToken);
        var admin = grains.Platform.Get<IPrincipalGrain>(PlatformAdmin.Principal);
        var exists = (await admin.GetAsync()).Problem is null;
        var passwordSet = exists && (await Login.GetAsync()).PasswordSet;
        var banner = !exists || (options.Bootstrap.Reissue && !passwordSet)
            ? await MakeAsync()
            : Banner.Again(ManagementUrl, McpUrl, directory.Root, passwordSet);
        IsDone = true;
        lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine(banner));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string> MakeAsync()
    {
        var file = options.Bootstrap.OutputFile.Length == 0 ? null : Path.GetFullPath(options.Bootstrap.OutputFile);
        if (file is not null && File.Exists(file))
        {
            throw new StartupException($"Platform:Bootstrap:OutputFile names {file}, which exists. Remove it or name another: it will hold secrets and is never overwritten.");
        }

        var demo = await DemoAsync();
        var apiKey = await IssueAsync(demo, "first key", KeyKind.Mcp);
        var adminKey = await IssueAsync(TenantId.Platform, "first management key", KeyKind.Management);
        var principal = grains.Platform.Get<IPrincipalGrain>(PlatformAdmin.Principal);
        Expect(await principal.CreateAsync(new CreatePrincipal(PrincipalKind.User, "Platform admin", [BuiltInRoles.Admin]), System));
        var secret = Expect(await Login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Bootstrap }, System)).Secret;
        await AuditAsync(TenantId.Platform, "bootstrap/issue", PlatformAdmin.Principal);
        var made = new FirstCredentials(McpUrl, ManagementUrl, ManagementUrl, Demo, apiKey, adminKey, secret);
        if (file is not null)
        {
            try
            {
                made.WriteTo(file);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"Platform:Bootstrap:OutputFile names {file}, which cannot be written. Name a file in a writable directory and start with --Platform:Bootstrap:Reissue=true.", fault);
            }
        }

        return Banner.First(made, directory.Root, file);
    }

    private async Task<TenantId> DemoAsync()
    {
        var entry = grains.Platform.Get<ITenantDirectoryGrain>(Demo);
        if ((await entry.FindAsync()).Try(out var known, out _))
        {
            return known;
        }

        var tenant = Expect(await entry.CreateAsync(new CreateTenant { Slug = Demo, DisplayName = "Demo" }, System));
        await AuditAsync(tenant.Id, "tenants/create", Demo);
        return tenant.Id;
    }

    private async Task<string> IssueAsync(TenantId tenant, string name, KeyKind kind)
    {
        var issued = Expect(await grains.For(tenant).The<IKeyIndexGrain>().IssueAsync(new IssueKey { Name = name, Roles = [BuiltInRoles.Admin] }, kind, System));
        await AuditAsync(tenant, "keys/issue", issued.Key.Id);
        return issued.Secret;
    }

    private Task AuditAsync(TenantId tenant, string action, string target)
    {
        var entry = new AuditEntry(clock, "internal", address: null)
        {
            Tenant = tenant,
            Class = AuditClass.Administration,
            Action = action,
            Target = target,
            Caller = System,
        };
        entry.Succeed();
        return audit.WriteAsync(entry, AuditMode.Durable);
    }

    private static T Expect<T>(Result<T> result) =>
        result.Try(out var value, out var refused) ? value : throw new StartupException($"The first start failed: {refused.Detail}");
}
