using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Tests.Support;
using Platform.Client;

namespace Platform.Api.Tests.GeneratedClient;

/// <summary>The client against the running product.</summary>
public sealed class ClientTests(Product product) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = product.Platform.ManagementUrl,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", product.Platform.AdminKey) },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PlatformClient Platform => new(_http);

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task It_makes_a_tenant_and_reads_it()
    {
        var slug = "c" + RandomNumberGenerator.GetHexString(10, lowercase: true);

        var made = await Platform.Tenants.CreateAsync(new CreateTenant { Slug = slug, DisplayName = "Client" }, cancellationToken: Cancellation);
        var read = await Platform.Tenants.GetAsync(slug, Cancellation);

        Assert.Equal((201, slug, TenantStatus.Active), (made.Status, made.Value.Slug, made.Value.Status));
        Assert.Equal((200, made.Value.Id), (read.Status, read.Value.Id));
        Assert.NotNull(made.ETag);
        Assert.Equal(made.ETag, read.ETag);
    }

    [Fact]
    public async Task A_key_is_issued_once_and_its_secret_told_once()
    {
        var once = Guid.NewGuid().ToString("N");
        var wanted = new IssueKey { Name = "agent", Roles = ["user"], ExpiresIn = KeyLife._90d };

        var first = await Platform.Keys.IssueAsync(product.Lab.Slug, wanted, once, Cancellation);
        var again = await Platform.Keys.IssueAsync(product.Lab.Slug, wanted, once, Cancellation);

        Assert.StartsWith("mcp", first.Secret, StringComparison.Ordinal);
        Assert.Equal((first.Key.Id, null), (again.Key.Id, again.Secret));
        Assert.Equal("idempotency-key-reused", (await Assert.ThrowsAsync<PlatformException>(() => Platform.Keys.IssueAsync(product.Lab.Slug, wanted with { Name = "other" }, once, Cancellation))).Problem!.Code);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_to_its_end()
    {
        var tenant = await product.GivenTenant();
        var names = new[] { "one", "two", "three" };
        foreach (var name in names)
        {
            await Platform.Keys.IssueAsync(tenant.Slug, new IssueKey { Name = name, Roles = ["user"] }, cancellationToken: Cancellation);
        }

        var first = await Platform.Keys.ListAsync(tenant.Slug, pageSize: 1, cancellationToken: Cancellation);
        Assert.Single(first.Items);
        Assert.NotNull(first.NextPageToken);

        List<string> found = [];
        await foreach (var key in Platform.Keys.ListAllAsync(tenant.Slug, pageSize: 1, status: KeyStatus.Active, cancellationToken: Cancellation))
        {
            found.Add(key.Name);
        }

        Assert.Superset(names.ToHashSet(StringComparer.Ordinal), found.ToHashSet(StringComparer.Ordinal));
        Assert.Equal(found.Count, found.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Who_was_not_first_gets_the_problem_as_an_exception()
    {
        var tenant = await product.GivenTenant();
        var limits = await Platform.RateLimits.GetAsync(tenant.Slug, Cancellation);
        var policy = new RateLimitPolicy { Key = new RateLimitRule { PermitsPerMinute = 60_000, Burst = 60_000 } };
        var changed = await Platform.RateLimits.SetAsync(tenant.Slug, policy, limits.ETag, cancellationToken: Cancellation);

        var late = await Assert.ThrowsAsync<PlatformException>(() => Platform.RateLimits.SetAsync(tenant.Slug, policy, limits.ETag, cancellationToken: Cancellation));
        var blind = await Assert.ThrowsAsync<PlatformException>(() => Platform.RateLimits.SetAsync(tenant.Slug, policy, cancellationToken: Cancellation));

        Assert.NotEqual(limits.ETag, changed.ETag);
        Assert.Equal((412, "precondition-failed", 428, "precondition-required"), (late.Status, late.Problem!.Code, blind.Status, blind.Problem!.Code));
        Assert.Contains(late.Problem.RequestId, late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_at_fault_are_named_as_in_JSON()
    {
        var fault = await Assert.ThrowsAsync<PlatformException>(() => Platform.Keys.IssueAsync(product.Lab.Slug, new IssueKey { Name = "", Roles = ["user"] }, cancellationToken: Cancellation));

        Assert.Equal((400, "invalid-params"), (fault.Status, fault.Problem!.Code));
        Assert.Contains("name", fault.Problem.Errors!.Keys);
    }

    [Fact]
    public async Task A_file_in_a_folder_goes_and_comes_as_it_is()
    {
        var tenant = await product.GivenTenant();
        const string path = "public/reports/report-1.txt";
        using var content = new StringContent("0123456789", Encoding.ASCII, "text/plain");

        var put = await Platform.Files.PutAsync(tenant.Slug, path, content, ifNoneMatch: "*", cancellationToken: Cancellation);
        using var part = await Platform.Files.ReadAsync(tenant.Slug, path, range: "bytes=2-4", cancellationToken: Cancellation);
        using var reader = new StreamReader(part.Stream);
        var same = await Assert.ThrowsAsync<PlatformException>(() => Platform.Files.ReadAsync(tenant.Slug, path, ifNoneMatch: put.ETag, cancellationToken: Cancellation));

        Assert.Equal((201, path), (put.Status, put.Value.Path));
        Assert.Equal((206, "234"), (part.Status, await reader.ReadToEndAsync(Cancellation)));
        Assert.Equal((304, null), (same.Status, same.Problem));
    }

    [Fact]
    public async Task An_answer_has_every_member_that_the_client_wants()
    {
        Assert.NotEmpty((await Platform.Roles.ListAsync(product.Lab.Slug, cancellationToken: Cancellation)).Items);
        Assert.NotEmpty((await Platform.Audit.ListAsync(product.Lab.Slug, pageSize: 50, cancellationToken: Cancellation)).Items);
        Assert.NotNull((await Platform.Configuration.GetAsync(product.Lab.Slug, Cancellation)).Value.RateLimits);
        Assert.NotNull(await Platform.GuestAccess.GetAsync(product.Lab.Slug, Cancellation));
        Assert.NotEmpty((await Platform.Catalogue.ToolsAsync(product.Lab.Slug, cancellationToken: Cancellation)).Items);
    }
}
