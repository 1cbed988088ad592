using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.OAuthClients;

/// <summary>Clients of a tenant's authorization server: what they are and may do, their secrets once, and their end.</summary>
public sealed class OAuthClientPagesTests
{
    private const string List = "/tenants/acme/oauth-clients";
    private const string New = List + "/new";
    private const string Machine = List + "/client?id=" + FakeOAuthClients.Machine;
    private static readonly string s_document = List + "/client?id=" + Uri.EscapeDataString(FakeOAuthClients.Document);

    [Fact]
    public async Task Without_clients_the_list_says_what_belongs_there_and_how_to_begin()
    {
        await using var console = await FilledAsync(fake => fake.Clients.Clear());
        var page = await console.OpenAsync(List);
        Assert.Equal("No client is known here", page.QuerySelector(".empty h2")!.TextContent);
        Assert.Equal(New, page.QuerySelector(".empty a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Each_client_says_what_it_is_and_for_whom_it_acts()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(List);
        var rows = page.QuerySelectorAll("tbody tr");
        Assert.Equal(["Confidential", "Public", "Describes itself"], rows.Select(row => row.QuerySelector("td[data-label=Kind]")!.TextContent.Trim()));
        Assert.Contains("svc_k1", rows[0].QuerySelector("td[data-label='Acts for']")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["tools:call", "Anything", "Anything"], rows.Select(row => row.QuerySelector("td[data-label='May ask for']")!.TextContent.Trim()));
        Assert.Equal("page", page.QuerySelector($".side-nav a[href='{List}']")!.GetAttribute("aria-current"));
    }

    [Fact]
    [Trait("Control", "AU-7")]
    public async Task A_machines_secret_is_shown_once_with_a_first_call()
    {
        await using var console = await FilledAsync();
        var form = await console.OpenAsync(New);
        using var made = await console.SubmitAsync(form, New, "oauth-client", ("name", "Nightly job"), ("kind", "confidential"), ("principal", "svc_k1"), ("scopes", "tools:call\r\ntools:read"));
        var page = await ConsoleApplication.ReadAsync(made);
        Assert.Equal(FakeOAuthClients.Secret, page.QuerySelector("#code-Clientsecret")!.TextContent);
        Assert.Contains($"-u 'oc_new:{FakeOAuthClients.Secret}'", page.QuerySelector("#code-TokenfortheMCPendpoint")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("https://mcp.example.com/t/acme/oauth/token", page.QuerySelector("#code-TokenfortheMCPendpoint")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(List + "/client?id=oc_new", page.QuerySelector(".gate a.gate-link")!.GetAttribute("href"));
        Assert.Equal(["tools:call", "tools:read"], console.Management.Bodies[^1]["scopes"]!.AsArray().Select(scope => (string)scope!));

        using var again = await console.SubmitAsync(form, New, "oauth-client", ("name", "Nightly job"), ("kind", "confidential"), ("principal", "svc_k1"));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.DoesNotContain(FakeOAuthClients.Secret, await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(FakeOAuthClients.Secret, await (await console.GetAsync(List + "/client?id=oc_new")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_client_has_no_secret_and_its_page_says_how_to_set_it_up()
    {
        await using var console = await FilledAsync();
        using var made = await console.SubmitAsync(New, "oauth-client", ("name", "My editor"), ("kind", "public"), ("redirectUris", "http://127.0.0.1/callback\r\ncom.example.app:/callback"));
        Assert.Equal(List + "/client?id=oc_new&done=registered", made.Headers.Location!.ToString());
        Assert.Null(console.Management.Bodies[^1]["scopes"]);
        Assert.Equal(2, console.Management.Bodies[^1]["redirectUris"]!.AsArray().Count);
        var page = await console.OpenAsync(List + "/client?id=oc_new&done=registered");
        Assert.Equal("https://mcp.example.com/t/acme/mcp", page.QuerySelector("#code-MCPURL")!.TextContent);
        Assert.Empty(page.QuerySelectorAll("a[href*='/rotate']"));
    }

    [Theory]
    [Trait("Control", "AU-7")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d" : "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}]}""", "jpsQnnGQ")]
    [InlineData("""{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","p":"83i-7IvMGXoMXCskv73TKr8637F""", "83i-7IvM")]
    [InlineData("""{"keys":[{"kty":"oct","k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"}]}""", "hJtXIZ2u")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END EC PRIVATE KEY-----", "MHcCAQEEIB")]
    public async Task A_private_key_among_the_public_ones_goes_no_further_and_is_not_shown_again(string pasted, string secret)
    {
        await using var console = await FilledAsync();
        var before = console.Management.Done.Length;
        using var response = await console.SubmitAsync(New, "oauth-client", ("name", "Nightly job"), ("kind", "confidential"), ("redirectUris", "nonsense"), ("jwks", pasted));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(before, console.Management.Done.Length);
        Assert.Contains("There is a private key in this text", page.GetElementById("f-jwks-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("[name=redirectUris]")!.GetAttribute("aria-invalid"));
        Assert.Equal("Nightly job", page.QuerySelector<IHtmlInputElement>("input[name=name]")!.Value);
        Assert.DoesNotContain(secret, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_keys_are_passed_on_as_they_were_pasted()
    {
        const string Keys = """{"keys":[{"kty":"EC","crv":"P-256","kid":"d","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""";
        await using var console = await FilledAsync();
        using var made = await console.SubmitAsync(New, "oauth-client", ("name", "Nightly job"), ("kind", "confidential"), ("principal", "svc_k1"), ("jwks", Keys));
        Assert.Equal(Keys, (string?)console.Management.Bodies[^1]["jwks"]);
    }

    [Theory]
    [InlineData("redirectUris", "public", "http://app.example/", "Write an absolute URI")]
    [InlineData("kind", "secret", "https://app.example/", "Choose one of these")]
    public async Task A_mistake_stands_at_its_field_and_what_was_typed_stays(string field, string kind, string uri, string message)
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(New, "oauth-client", ("name", "c"), ("kind", kind), ("redirectUris", uri));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, (page.GetElementById($"f-{field}-error") ?? page.QuerySelector("fieldset .error"))!.TextContent, StringComparison.Ordinal);
        Assert.Equal(uri, page.QuerySelector("textarea[name=redirectUris]")!.TextContent);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(New, "oauth-client", ("kind", "secret"), ("redirectUris", "http://app.example/"), ("principal", "anna"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(["name", "redirectUris", "principal"], page.QuerySelectorAll("[aria-invalid=true]").Select(control => control.GetAttribute("name")));
        Assert.Contains("Choose one of these", page.QuerySelector("fieldset .error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "AZ-3")]
    public async Task Who_binds_a_service_that_may_do_more_is_told_what_is_missing()
    {
        await using var console = await FilledAsync();
        console.Management.Refusal = ("/v1/tenants/acme/oauth-clients", 403, new JsonObject { ["title"] = "Permission denied", ["detail"] = "This needs the permission 'every permission that the service has'.", ["status"] = 403 });
        using var refused = await console.SubmitAsync(New, "oauth-client", ("name", "c"), ("kind", "confidential"), ("principal", "svc_k1"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("every permission that the service has", (await ConsoleApplication.ReadAsync(refused)).QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clients_name_and_redirect_URIs_are_edited_from_the_version_that_was_shown()
    {
        await using var console = await FilledAsync();
        const string Path = List + "/client?id=" + FakeOAuthClients.Editor;
        var edit = (await console.OpenAsync(Path)).QuerySelector("main a[href*='/client/edit']")!.GetAttribute("href")!;
        var form = await console.OpenAsync(edit);
        Assert.StartsWith("http://127.0.0.1/callback", form.QuerySelector("textarea[name=redirectUris]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(32, form.QuerySelector<IHtmlInputElement>("input[name=version]")!.Value.Length);
        using var saved = await console.SubmitAsync(form, edit, "edit-client", ("name", "My other editor"), ("redirectUris", "http://127.0.0.1/back\r\ncom.example.app:/back"));
        Assert.Equal(Path + "&done=saved", saved.Headers.Location!.ToString());
        Assert.Equal("""{"name":"My other editor","redirectUris":["http://127.0.0.1/back","com.example.app:/back"]}""", console.Management.Bodies[^1].ToJsonString());
        Assert.StartsWith("My other editor", (await console.OpenAsync(Path)).QuerySelector("h1")!.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_an_edit_stands_at_its_field_and_a_faster_change_is_told()
    {
        await using var console = await FilledAsync();
        const string Path = List + "/client/edit?id=" + FakeOAuthClients.Editor;
        using var wrong = await console.SubmitAsync(Path, "edit-client", ("name", "typed"), ("redirectUris", "http://app.example/"));
        var page = await ConsoleApplication.ReadAsync(wrong);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("Write an absolute URI", page.GetElementById("f-redirectUris-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("typed", page.QuerySelector<IHtmlInputElement>("input[name=name]")!.Value);

        console.Management.Refusal = ("/v1/tenants/acme/oauth-clients/" + FakeOAuthClients.Editor, 412, new JsonObject { ["title"] = "Precondition failed", ["status"] = 412 });
        using var late = await console.SubmitAsync(Path, "edit-client", ("name", "typed"), ("redirectUris", "https://app.example/"));
        Assert.Contains("Somebody changed this client meanwhile", (await ConsoleApplication.ReadAsync(late)).QuerySelector(".banner-bad")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_describes_itself_is_not_edited_here()
    {
        await using var console = await FilledAsync();
        Assert.Null((await console.OpenAsync(s_document)).QuerySelector("main a[href*='/client/edit']"));
        using var page = await console.GetAsync(List + "/client/edit?id=" + Uri.EscapeDataString(FakeOAuthClients.Document));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task A_new_secret_takes_the_place_of_the_old_one_and_is_shown_once()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Machine);
        var rotate = page.QuerySelector<IHtmlAnchorElement>("main a[href*='/client/rotate']")!.GetAttribute("href")!;
        var form = await console.OpenAsync(rotate);
        Assert.Contains("stops working at once", form.QuerySelector("form.form-danger")!.TextContent, StringComparison.Ordinal);
        using var made = await console.SubmitAsync(form, rotate, "rotate-client");
        Assert.Contains(FakeOAuthClients.Secret, await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains($"POST /v1/tenants/acme/oauth-clients/{FakeOAuthClients.Machine}:rotateSecret", console.Management.Asked);
        using var again = await console.SubmitAsync(form, rotate, "rotate-client");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Single(console.Management.Done, "oauth-clients/rotate-secret");
    }

    [Fact]
    public async Task A_client_whose_id_is_a_URL_is_shown_and_deleted()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(s_document);
        Assert.Equal(FakeOAuthClients.Document, page.QuerySelector(".page-head .lead code")!.TextContent);
        Assert.Empty(page.QuerySelectorAll("a[href*='/rotate']"));
        var delete = page.QuerySelector("main a[href*='/client/delete']")!.GetAttribute("href")!;
        using var deleted = await console.SubmitAsync(delete, "delete-client");
        Assert.Equal(List + "?done=deleted", deleted.Headers.Location!.ToString());
        Assert.Equal(2, (await console.OpenAsync(List)).QuerySelectorAll("tbody tr").Length);
    }

    [Theory]
    [Trait("Control", "IN-5")]
    [InlineData("?id=..")]
    [InlineData("?id=.")]
    [InlineData("?id=..%2F..%2Fkeys")]
    [InlineData("?id=oc_nobody")]
    [InlineData("")]
    public async Task What_is_no_client_is_not_found_and_names_nothing_else(string query)
    {
        await using var console = await FilledAsync();
        console.Management.Asked.Clear();
        using var response = await console.GetAsync(List + "/client" + query);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("There is no such client", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(console.Management.Asked, asked => !asked.Contains("/sessions/current", StringComparison.Ordinal) && !asked.Contains("/oauth-clients/", StringComparison.Ordinal));
    }

    private static async Task<ConsoleApplication> FilledAsync(Action<FakeOAuthClients>? change = null)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var fake = FakeOAuthClients.In(console.Management);
        (fake.Clients[0]["name"], fake.Clients[0]["principal"], fake.Clients[0]["scopes"]) = ("Nightly job", "svc_k1", new JsonArray("tools:call"));
        change?.Invoke(fake);
        return console;
    }
}
