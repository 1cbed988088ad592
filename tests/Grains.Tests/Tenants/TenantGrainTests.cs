using Platform.Abstractions.Changes;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Tenants;

[Collection(OnTheCluster.Name)]
public sealed class TenantGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly TenantId _tenant = TenantId.New();

    private ITenantGrain Tenant => _cluster.For(_tenant).The<ITenantGrain>();

    [Fact]
    public async Task A_tenant_that_was_not_created_is_not_found()
    {
        Assert.Equal(ProblemCode.TenantNotFound, await Tenant.GetAsync().Refusal());
        Assert.Equal(ProblemCode.TenantNotFound, await Tenant.SuspendAsync(new SuspendTenant(), resumeAlone: true, Operator()).Refusal());
        Assert.Equal(ProblemCode.TenantNotFound, await Tenant.ResumeAsync(new ResumeTerms(null, null, TimeSpan.FromHours(1)), Operator()).Refusal());
    }

    [Fact]
    public async Task A_tenant_is_active_from_its_creation_with_the_guides_defaults()
    {
        var view = await CreateAsync(new CreateTenant { Slug = "acme" });

        Assert.Equal((_tenant, "acme", "acme", TenantStatus.Active, _cluster.Clock.GetUtcNow()), (view.Id, view.Slug, view.DisplayName, view.Status, view.CreatedAt));
        Assert.Equal((AuditMode.Durable, RateLimitRule.Default, 0), (view.AuditMode, view.RateLimit, view.AllowedOrigins.Length));
    }

    [Fact]
    public async Task A_tenant_is_what_its_command_says()
    {
        var view = await CreateAsync(new CreateTenant
        {
            Slug = "acme",
            DisplayName = "  Acme Inc  ",
            AuditMode = AuditMode.Batched,
            RateLimit = new RateLimitRule(7, 9),
            AllowedOrigins = ["https://acme.example"],
        });

        Assert.Equal(("Acme Inc", AuditMode.Batched, new RateLimitRule(7, 9)), (view.DisplayName, view.AuditMode, view.RateLimit));
        Assert.Equal(["https://acme.example"], view.AllowedOrigins);
    }

    [Fact]
    public async Task A_second_creation_answers_what_exists()
    {
        await CreateAsync(new CreateTenant { Slug = "acme", DisplayName = "First" });

        Assert.Equal("First", (await CreateAsync(new CreateTenant { Slug = "acme", DisplayName = "Second" })).DisplayName);
    }

    [Fact, Trait("Control", "IR-2")]
    public async Task A_suspended_tenant_says_so_and_why()
    {
        await CreateAsync(new CreateTenant { Slug = "acme" });

        var view = await Tenant.SuspendAsync(new SuspendTenant { Reason = "key leaked" }, resumeAlone: true, Operator()).Value();

        Assert.Equal((TenantStatus.Suspended, "key leaked", _cluster.Clock.GetUtcNow()), (view.Status, view.SuspendedReason, view.SuspendedAt));
    }

    [Fact, Trait("Control", "IR-2")]
    public async Task A_suspension_survives_its_activation()
    {
        await CreateAsync(new CreateTenant { Slug = "acme" });
        await Tenant.SuspendAsync(new SuspendTenant(), resumeAlone: true, Operator());

        await _cluster.DeactivateAsync(Tenant);

        Assert.Equal(TenantStatus.Suspended, (await Tenant.GetAsync().Value()).Status);
    }

    [Fact, Trait("Control", "IN-1")]
    public async Task What_a_tenant_lowered_survives_its_activation()
    {
        var asked = new InputLimits { MaxBodyBytes = 2048, MaxDepth = 5, MaxProperties = 9, MaxStringLength = 70, MaxItems = 2, MaxNodes = 40, MaxNumberLength = 17, MaxBatch = 3 };
        await CreateAsync(new CreateTenant { Slug = "acme", InputLimits = asked });

        await _cluster.DeactivateAsync(Tenant);

        Assert.Equal(asked, (await Tenant.GetAsync().Value()).InputLimits);
    }

    [Fact]
    public async Task A_second_suspension_changes_nothing()
    {
        await CreateAsync(new CreateTenant { Slug = "acme" });
        var first = await Tenant.SuspendAsync(new SuspendTenant { Reason = "first" }, resumeAlone: true, Operator()).Value();
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equivalent(first, await Tenant.SuspendAsync(new SuspendTenant { Reason = "second" }, resumeAlone: true, Operator()).Value(), strict: true);
    }

    [Fact]
    public async Task A_resumed_tenant_is_as_before()
    {
        var before = await CreateAsync(new CreateTenant { Slug = "acme" });
        await Tenant.SuspendAsync(new SuspendTenant { Reason = "mistake" }, resumeAlone: true, Operator());

        var after = await Tenant.ResumeAsync(new ResumeTerms(null, null, TimeSpan.FromHours(1)), Operator()).Value();

        Assert.True(after.Version > before.Version);
        Assert.Equivalent(before with { Version = after.Version }, after, strict: true);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task A_suspension_that_is_not_on_disk_is_not_in_force_and_not_acknowledged()
    {
        await CreateAsync(new CreateTenant { Slug = "acme" });
        _cluster.Storage.FailWrite("tenant", _tenant);

        await Assert.ThrowsAsync<OrleansException>(() => Tenant.SuspendAsync(new SuspendTenant(), resumeAlone: true, Operator()));

        Assert.Equal(TenantStatus.Active, (await Tenant.GetAsync().Value()).Status);
        Assert.Equal(TenantStatus.Suspended, (await Tenant.SuspendAsync(new SuspendTenant(), resumeAlone: true, Operator()).Value()).Status);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task Nodes_hear_of_a_suspension_before_it_is_acknowledged()
    {
        await CreateAsync(new CreateTenant { Slug = "acme" });
        var node = await _cluster.GivenNodeAsync();

        await Tenant.SuspendAsync(new SuspendTenant(), resumeAlone: true, Operator());

        Assert.Contains(new Change(_tenant, ChangeKind.Tenant, "acme"), node.Heard);
    }

    private Task<TenantView> CreateAsync(CreateTenant command) => Tenant.CreateAsync(command, Operator()).Value();

    private static Abstractions.Identity.Caller Operator() => CallerOf(TenantId.Platform);
}
