using System.Security.Cryptography;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Incidents;

/// <summary>A suspended tenant is served again when two people want it (IR-4).</summary>
[Trait("Control", "IR-4")]
public sealed class ResumeTests(ResumeTests.TwoOperators product) : IClassFixture<ResumeTests.TwoOperators>
{
    [Fact]
    public async Task One_operator_asks_and_another_approves()
    {
        var tenant = await GivenSuspended();

        var asked = await Resume(tenant, product.Ann);
        Assert.Equal((202, "suspended", $"usr_{TwoOperators.First}"), (asked.Status, asked.Json.GetProperty("status").GetString(), asked.Json.GetProperty("resumeRequest").GetProperty("by").GetString()));
        Assert.Equal(403, (await tenant.CallTool()).Status);

        var approved = await Approve(tenant, product.Bob);
        Assert.Equal((200, "active"), (approved.Status, approved.Json.GetProperty("status").GetString()));
        Assert.Equal(200, (await Wire.Until(() => tenant.CallTool(), 200, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    public async Task Nobody_approves_alone_nor_with_a_key_nor_without_a_request()
    {
        var tenant = await GivenSuspended();

        Assert.Equal((409, "conflict"), Problem(await Approve(tenant, product.Bob)));
        Assert.Equal((403, "permission-denied"), Problem(await Resume(tenant, product.Platform.AdminKey)));
        Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);
        Assert.Equal((403, "permission-denied"), Problem(await Approve(tenant, product.Ann)));
        Assert.Equal((403, "permission-denied"), Problem(await Approve(tenant, product.Platform.AdminKey)));
        Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);
        Assert.Equal((409, "conflict"), Problem(await Resume(tenant, product.Bob)));
        Assert.Equal(403, (await tenant.CallTool()).Status);
    }

    [Fact]
    public async Task An_account_that_was_made_after_the_request_does_not_approve_it()
    {
        var tenant = await GivenSuspended();
        Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);

        var puppet = await product.GivenOperator("p" + RandomNumberGenerator.GetHexString(8, lowercase: true));

        Assert.Equal((403, "permission-denied"), Problem(await Approve(tenant, puppet)));
    }

    [Fact]
    public async Task A_request_lapses_and_a_new_suspension_forgets_it()
    {
        var (tenant, other) = (await GivenSuspended(), await GivenSuspended());
        Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);
        Assert.Equal(202, (await Resume(other, product.Ann)).Status);
        Assert.Equal(200, (await Approve(other, product.Bob)).Status);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{other.Slug}:suspend", new { })).Status);

        Assert.Equal((409, "conflict"), Problem(await Approve(other, product.Bob)));
        product.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal((409, "conflict"), Problem(await Approve(tenant, product.Bob)));
    }

    [Fact]
    public async Task An_account_that_was_made_for_it_does_not_ask_either()
    {
        var tenant = await GivenSuspended();

        var puppet = await product.GivenOperator("p" + RandomNumberGenerator.GetHexString(8, lowercase: true));

        Assert.Equal((403, "permission-denied"), Problem(await Resume(tenant, puppet)));
        Assert.Equal((409, "conflict"), Problem(await Approve(tenant, product.Ann)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_account_that_was_taken_over_by_an_invitation_neither_asks_nor_approves(bool beforeTheRequest)
    {
        var name = "v" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        await product.GivenOperator(name);
        product.GivenAQuietMinute();
        var tenant = await GivenSuspended();
        if (!beforeTheRequest)
        {
            Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);
        }

        var victim = new Person(product.Platform, null, name, product.Clock);
        var invitation = await victim.Invite(new { resetSecondFactor = true, endAccess = true }, product.Ann);
        Assert.Equal(200, invitation.Status);
        Assert.Equal(201, (await victim.Accept(invitation.Json.GetProperty("secret").GetString()!, "another good password of Ann's")).Status);
        var taken = Person.TokenOf(await victim.SignIn("another good password of Ann's"));

        if (beforeTheRequest)
        {
            Assert.Equal((403, "permission-denied"), Problem(await Resume(tenant, taken)));
            Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);
        }

        Assert.Equal((403, "permission-denied"), Problem(await Approve(tenant, taken)));
        Assert.Equal(403, (await tenant.CallTool()).Status);
        Assert.Equal(200, (await Approve(tenant, product.Bob)).Status);
    }

    [Fact]
    public async Task An_account_that_was_unblocked_for_it_does_not_approve()
    {
        var name = "u" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        await product.GivenOperator(name);
        product.GivenAQuietMinute();
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/platform/principals/usr_{name}:block", new { reason = "left" })).Status);
        var tenant = await GivenSuspended();
        Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/platform/principals/usr_{name}:unblock")).Status);
        var back = await new Person(product.Platform, null, name, product.Clock).GivenSession();

        Assert.Equal((403, "permission-denied"), Problem(await Approve(tenant, back)));
    }

    [Fact]
    public async Task A_password_that_an_operator_changes_with_the_old_one_takes_nothing_away()
    {
        var name = "h" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        var session = await product.GivenOperator(name);
        product.GivenAQuietMinute();
        var tenant = await GivenSuspended();
        Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);

        var changed = await product.Platform.Rest(HttpMethod.Post, "/v1/sessions/current:changePassword", new { oldPassword = Person.Password, newPassword = "a new one that is as long" }, session);

        Assert.Equal(200, changed.Status);
        Assert.Equal(200, (await Approve(tenant, Person.TokenOf(changed))).Status);
    }

    [Fact]
    public async Task A_tenants_admin_neither_asks_nor_approves()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var manager = (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;

        // A clock that is moved makes nodes lapse that are told of new keys: they ask by themselves a second later.
        Assert.Equal(200, (await Wire.Until(() => product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}", credential: manager), 200, TimeSpan.FromSeconds(5))).Status);
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { });
        Assert.Equal(202, (await Resume(tenant, product.Ann)).Status);

        Assert.Equal(403, (await Resume(tenant, manager)).Status);
        Assert.Equal(403, (await Approve(tenant, manager)).Status);
        Assert.Equal("suspended", (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.GetProperty("status").GetString());
    }

    private static (int, string?) Problem(Reply reply) => (reply.Status, reply.Json.GetProperty("code").GetString());

    private async Task<TenantClient> GivenSuspended()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:suspend", new { reason = "drill" })).Status);
        await Wire.Until(() => tenant.CallTool(), 403, TimeSpan.FromSeconds(5));
        return tenant;
    }

    private Task<Reply> Resume(TenantClient tenant, string credential) => product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:resume", credential: credential);

    private Task<Reply> Approve(TenantClient tenant, string credential) => product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:approveResume", credential: credential);

    /// <summary>A product as it comes, with two operators who are signed in, on a clock that is moved within their sessions.</summary>
    public sealed class TwoOperators : IAsyncLifetime
    {
        public const string First = "ann";

        public ShiftedClock Clock { get; } = new();

        public PlatformApplication Platform { get; private set; } = null!;

        public string Ann { get; private set; } = "";

        public string Bob { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Platform = await PlatformApplication.StartAsync(Clock, null, "--Platform:Incidents:ResumeRequestMinutes=5");
            (Ann, Bob) = (await GivenOperator(First), await GivenOperator("bob"));
        }

        public ValueTask DisposeAsync() => Platform.DisposeAsync();

        /// <summary>Later than every limit on sign-in.</summary>
        public void GivenAQuietMinute() => Clock.Advance(TimeSpan.FromSeconds(61));

        /// <summary>The session of a new operator.</summary>
        public async Task<string> GivenOperator(string name)
        {
            GivenAQuietMinute();
            var person = new Person(Platform, null, name, Clock);
            await Platform.GivenUser(null, name, "admin");
            Assert.Equal(201, (await person.Accept((await person.Invite()).Json.GetProperty("secret").GetString()!)).Status);
            return await person.GivenSession();
        }
    }
}
