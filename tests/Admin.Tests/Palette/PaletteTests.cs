using System.Net;
using System.Text.Json.Nodes;
using Platform.Admin.Tests.Security;

namespace Platform.Admin.Tests.Palette;

/// <summary>What the command palette finds by a part of a name: what whoever asks may read, and nothing else.</summary>
[Trait("Control", "AZ-4")]
public sealed class PaletteTests
{
    [Theory]
    [InlineData("importer", "Key importer k1 /tenants/acme/keys/k1", "Service Invoice importer svc_importer /tenants/acme/members/svc_importer")]
    [InlineData("USR_ANNA", "Person Anna usr_anna /tenants/acme/members/usr_anna")]
    [InlineData("wn", "Role own  /tenants/acme/roles/own")]
    [InlineData("echo", "Tool echo Attack /tenants/acme/catalogue/tool?name=echo")]
    [InlineData("old one", "Key, revoked old one k2 /tenants/acme/keys/k2")]
    [InlineData("sig-", "Secret sig-t000000000000000-aaaaaaaaaaaaaaaa  /tenants/acme/secrets")]
    [InlineData("Plan", "Memory Plan  /tenants/acme/resources/memory/Plan", "Memory Planet  /tenants/acme/resources/memory/Planet")]
    [InlineData("docs", "Web host docs.example.com  /tenants/acme/resources/hosts/docs.example.com")]
    [InlineData("globe", "Tenant Globex Corp globex /tenants/globex")]
    public async Task What_a_tenant_has_is_found_by_a_part_of_its_name(string words, params string[] hits)
    {
        await using var console = await FilledAsync();
        Assert.Equal(hits, await FindAsync(console, words, "acme"));
    }

    [Theory]
    [InlineData("importer", "Management key importer k1 /management-keys/k1", "Service Invoice importer svc_importer /operators/svc_importer")]
    [InlineData("gold", "Plan gold  /plans/gold")]
    [InlineData("acme", "Tenant Acme Robotics acme /tenants/acme")]
    public async Task Beside_a_tenant_operators_find_the_platforms_own(string words, params string[] hits)
    {
        await using var console = await FilledAsync();
        Assert.Equal(hits, await FindAsync(console, words, ""));
        Assert.DoesNotContain(console.Management.Asked, asked => asked.Contains("/v1/tenants/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_is_data_and_is_not_kept_anywhere()
    {
        await using var console = await FilledAsync();
        console.Management.Keys.Add(FakeManagement.Key("k9", "<img src=x onerror=alert(1)>"));
        using var response = await console.GetAsync("/palette?q=onerror&tenant=acme");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("nosniff", string.Join(',', response.Headers.GetValues("X-Content-Type-Options")));
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<img", text, StringComparison.Ordinal);
        Assert.Equal("<img src=x onerror=alert(1)>", (string?)JsonNode.Parse(text)!["items"]![0]!["text"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("  a ")]
    [InlineData(null)]
    public async Task Too_little_or_too_much_asks_nobody(string? words)
    {
        await using var console = await FilledAsync();
        console.Management.Asked.Clear();
        Assert.Empty(await FindAsync(console, words ?? new string('a', 101), "acme"));
        Assert.Empty(console.Management.Asked);
    }

    [Fact]
    public async Task Of_each_kind_there_are_five_and_REST_is_asked_by_name()
    {
        await using var console = await FilledAsync();
        console.Management.Keys.AddRange(Enumerable.Range(0, 30).Select(number => FakeManagement.Key($"m{number}", $"many & {number}")));
        console.Management.Asked.Clear();
        Assert.Equal(5, (await FindAsync(console, "many &", "acme")).Length);
        Assert.Contains("GET /v1/tenants/acme/keys?pageSize=5&name=many%20%26", console.Management.Asked);
        Assert.Contains("GET /v1/tenants/acme/principals?pageSize=5&name=many%20%26", console.Management.Asked);
        Assert.InRange(console.Management.Asked.Count, 5, 20);
    }

    [Fact]
    public async Task A_list_without_an_end_is_looked_at_for_a_while()
    {
        await using var console = await FilledAsync();
        console.Management.Tenants.AddRange(Enumerable.Range(0, 2_000).Select(number => FakeManagement.Tenant($"t{number}")));
        console.Management.Asked.Clear();
        Assert.Empty(await FindAsync(console, "nowhere", ""));
        Assert.Equal(4, console.Management.Asked.Count(asked => asked.StartsWith("GET /v1/tenants?", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_somebody_may_not_read_is_neither_found_nor_asked_for()
    {
        await using var console = await FilledAsync();
        console.Management.Grants = ["keys:read"];
        console.Management.Asked.Clear();
        Assert.Equal(["Key importer k1 /tenants/acme/keys/k1"], await FindAsync(console, "importer", "acme"));
        Assert.Equal(["GET /v1/sessions/current", "GET /v1/tenants/acme/keys"], console.Management.Asked.Select(asked => asked.Split('?')[0]));
    }

    [Fact]
    public async Task What_REST_refuses_all_the_same_is_left_out()
    {
        await using var console = await FilledAsync();
        console.Management.More.Insert(0, (method, path, _) => method == "GET" && path is ["v1", "tenants", "acme", "keys"] ? FakeAnswer.Denied("keys:read") : null);
        Assert.Equal(["Service Invoice importer svc_importer /tenants/acme/members/svc_importer"], await FindAsync(console, "importer", "acme"));
    }

    [Theory]
    [InlineData("acme", true)]
    [InlineData("", true)]
    [InlineData("globex", false)]
    [InlineData("_sys", false)]
    [InlineData("..%2Fglobex", false)]
    public async Task A_tenants_people_find_what_is_their_tenants(string tenant, bool finds)
    {
        await using var console = await FilledAsync(of: "acme");
        console.Management.Asked.Clear();
        Assert.Equal(finds, (await FindAsync(console, "importer", tenant)).Length > 0);
        Assert.Empty(await FindAsync(console, "globex", tenant));
        Assert.DoesNotContain(console.Management.Asked, asked => !asked.StartsWith("GET /v1/tenants/acme/", StringComparison.Ordinal) && asked != "GET /v1/sessions/current");
        Assert.Equal(finds, console.Management.Asked.Count > 0);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("..%2Facme")]
    public async Task A_tenant_that_is_not_there_has_nothing(string tenant)
    {
        await using var console = await FilledAsync();
        Assert.Empty(await FindAsync(console, "importer", tenant));
    }

    [Fact]
    public async Task Who_is_not_signed_in_any_more_gets_nothing()
    {
        await using var console = await FilledAsync();
        console.Management.Tokens.Clear();
        using var response = await console.GetAsync("/palette?q=importer&tenant=acme");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    private static async Task<string[]> FindAsync(ConsoleApplication console, string words, string tenant)
    {
        using var response = await console.GetAsync($"/palette?q={Uri.EscapeDataString(words)}&tenant={tenant}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. JsonNode.Parse(await response.Content.ReadAsStringAsync())!["items"]!.AsArray().Select(hit => $"{hit!["kind"]} {hit["text"]} {hit["more"]} {hit["href"]}")];
    }

    private static async Task<ConsoleApplication> FilledAsync(string? of = null)
    {
        var console = await PageTests.FilledAsync("Attack");
        var management = console.Management;
        (management.Tenants[0]["displayName"], management.TenantSlug) = ("Acme Robotics", of);
        management.Tenants.Add(FakeManagement.Tenant("globex", "Globex Corp"));
        management.Keys.Clear();
        management.Keys.AddRange([FakeManagement.Key("k1", "importer"), FakeManagement.Key("k2", "old one", "revoked")]);
        management.People.Principals.AddRange([FakePeople.Principal("usr_anna", "Anna"), FakePeople.Principal("svc_importer", "Invoice importer", "service")]);
        if (of is not null)
        {
            using var signedIn = await console.SubmitAsync("/login", "login", ("tenant", of), ("user", "admin"), ("password", FakeManagement.Password));
        }

        return console;
    }
}
