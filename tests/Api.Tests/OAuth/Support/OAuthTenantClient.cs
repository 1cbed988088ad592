using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth.Support;

/// <summary>One tenant's authorization server, as clients and browsers see it.</summary>
public sealed record OAuthTenantClient(OAuthProduct Product, TenantClient Tenant, TenantId Id)
{
    public const string Redirect = "https://app.example/callback";

    /// <summary>RFC 7636, appendix B.</summary>
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    public string Issuer => $"{Product.Site}/t/{Tenant.Slug}";

    public string Resource => $"{Issuer}/mcp";

    public string Clients => $"/v1/tenants/{Tenant.Slug}/oauth-clients";

    public static string Challenge { get; } = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public async Task<(string Id, string? Secret)> GivenClient(object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { }, JsonSerializerOptions.Web)!.AsObject();
        body["name"] ??= "Test <client>";
        body["kind"] ??= "public";
        if (body["principal"] is null)
        {
            body["redirectUris"] ??= JsonSerializer.SerializeToNode(new[] { Redirect });
        }

        var made = await Product.Platform.Rest(HttpMethod.Post, Clients, body);
        Assert.True(made.Status == 201, made.ToString());
        return (made.Json.GetProperty("client").GetProperty("id").GetString()!, made.Json.TryGetProperty("secret", out var secret) ? secret.GetString() : null);
    }

    /// <summary>A confidential client that is the service of this tenant's key.</summary>
    public Task<(string Id, string? Secret)> GivenMachine(object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { }, JsonSerializerOptions.Web)!.AsObject();
        body["kind"] = "confidential";
        body["principal"] = $"svc_{Tenant.KeyId}";
        return GivenClient(body);
    }

    /// <summary>A merge patch of a client, by an operator.</summary>
    public Task<Reply> Patch(string path, string body, string? ifMatch)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(Product.Platform.ManagementUrl, path)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/merge-patch+json");
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Product.Platform.AdminKey}");
        return Product.Platform.Send(request);
    }

    /// <summary>An honest request for authorization; null takes a parameter away.</summary>
    public string AuthorizeUrl(string client, params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = client,
            ["redirect_uri"] = Redirect,
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
            ["resource"] = Resource,
            ["scope"] = "tools:read tools:call offline_access",
            ["state"] = "a state & more",
        };
        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        return QueryHelpers.AddQueryString($"{Issuer}/oauth/authorize", query.Where(pair => pair.Value is not null).ToDictionary());
    }

    public Browser GivenBrowser() => new(this);

    /// <summary>A code that Alice consented to.</summary>
    public async Task<string> GivenCode(string client, params (string Name, string? Value)[] changes)
    {
        var back = await GivenBrowser().ConsentAsync(AuthorizeUrl(client, changes));
        return back["code"];
    }

    /// <summary>The answer to an honest exchange of a code.</summary>
    public Task<Reply> Exchange(string client, string code, params (string Name, string? Value)[] changes) => Token(
        [("grant_type", "authorization_code"), ("client_id", client), ("code", code), ("redirect_uri", Redirect), ("code_verifier", Verifier), ("resource", Resource), .. changes]);

    public Task<Reply> Refresh(string client, string token, params (string Name, string? Value)[] changes) =>
        Token([("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token), ("resource", Resource), .. changes]);

    /// <summary>Tokens of one consent.</summary>
    public async Task<JsonElement> GivenTokens(string client)
    {
        var reply = await Exchange(client, await GivenCode(client));
        Assert.True(reply.Status == 200, reply.ToString());
        return reply.Json;
    }

    public Task<Reply> Token(params (string Name, string? Value)[] form) => Post("token", null, form);

    /// <summary>A form; the last value of a name counts, and null takes it away.</summary>
    public Task<Reply> Post(string page, (string Id, string Secret)? basic, params (string Name, string? Value)[] form)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in form)
        {
            fields[name] = value;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, $"{Issuer}/oauth/{page}") { Content = new FormUrlEncodedContent(fields.Where(pair => pair.Value is not null).ToDictionary()!) };
        if (basic is { } client)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.Id}:{client.Secret}")));
        }

        return Product.Platform.Send(request);
    }

    /// <summary>Lists the tools of the tenant's endpoint.</summary>
    public Task<Reply> Call(string token) => Product.Platform.Send(Product.Platform.ModernRequest("tools/list", tenant: Tenant.Slug, credential: token));

    /// <summary>The first signature makes a tenant's key.</summary>
    public async Task GivenSignature()
    {
        var (client, secret) = await GivenMachine();
        Assert.Equal(200, (await Post("token", (client, secret!), ("grant_type", "client_credentials"), ("resource", Resource))).Status);
    }

    public Task<Reply> Get(string path, string? host = null) => Product.Platform.Get(new Uri(Product.Platform.McpUrl, path), host: host);

    /// <summary>The claims of a signed token, unverified.</summary>
    public static JsonElement Claims(string token) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Split('.')[1]));

    public static JsonElement Header(string token) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Split('.')[0]));
}
