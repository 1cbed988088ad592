using System.Security.Cryptography;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

/// <summary>A user of a tenant (of the platform, when null) who signs in by REST, and an authenticator for the secret it was shown.</summary>
public sealed record Person(PlatformApplication Platform, string? Tenant, string Name, TimeProvider Clock)
{
    public const string Password = "correct horse battery staple";

    public string Id => $"usr_{Name}";

    private string Path => $"/v1/tenants/{Tenant ?? "_sys"}/principals/{Id}";

    /// <summary>A new user with a password.</summary>
    public static async Task<Person> MakeAsync(ClockedProduct product, string? tenant, params string[] roles)
    {
        var person = new Person(product.Platform, tenant, "p" + RandomNumberGenerator.GetHexString(10, lowercase: true), product.Clock);
        await product.Platform.GivenUser(tenant, person.Name, roles);
        product.GivenAQuietMinute();
        Assert.Equal(201, (await person.Accept((await person.Invite()).Json.GetProperty("secret").GetString()!)).Status);
        product.GivenAQuietMinute();
        return person;
    }

    public Task<Reply> Invite(object? more = null, string? credential = null) => Platform.Rest(HttpMethod.Post, $"{Path}:issueInvitation", more ?? new { }, credential);

    public Task<Reply> Accept(string secret, string password = Password, string? code = null) =>
        Platform.Rest(HttpMethod.Post, "/v1/sessions:acceptInvitation", new { tenant = Tenant, user = Name, secret, password, code }, "");

    public Task<Reply> SignIn(string? password = null, string? code = null, string? tenant = null) =>
        Platform.Rest(HttpMethod.Post, "/v1/sessions", new { tenant = tenant ?? Tenant, user = Name, password = password ?? Password, code }, "");

    public async Task<string> GivenSession() => TokenOf(await SignIn());

    public Task<Reply> EndSessions(string? credential = null) => Platform.Rest(HttpMethod.Post, $"{Path}:endSessions", credential: credential);

    public static string TokenOf(Reply opened) => opened.Json.GetProperty("token").GetString()!;

    public static string IdOf(string token) => token[^60..^44];

    /// <summary>Sets an authenticator up; its secret, and the answer to its confirmation.</summary>
    public async Task<(byte[] Secret, JsonElement Confirmed)> GivenAuthenticator(string token, string password = Password)
    {
        var enrolled = await Platform.Rest(HttpMethod.Post, "/v1/sessions/current/totp:enrol", new { password }, token);
        Assert.Equal(200, enrolled.Status);
        var secret = FromBase32(enrolled.Json.GetProperty("secret").GetString()!);
        var confirmed = await Platform.Rest(HttpMethod.Post, "/v1/sessions/current/totp:confirm", new { code = CodeOf(secret) }, token);
        Assert.Equal(200, confirmed.Status);
        return (secret, confirmed.Json);
    }

    /// <summary>What the authenticator shows now; written again from RFC 6238, so that it does not agree with the product by being it.</summary>
    public string CodeOf(byte[] secret)
    {
        var counter = BitConverter.GetBytes(Clock.GetUtcNow().ToUnixTimeSeconds() / 30);
        Array.Reverse(counter);
#pragma warning disable CA5350 // Authenticators do SHA-1.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var at = hash[19] & 15;
        var number = ((hash[at] & 127) << 24) | (hash[at + 1] << 16) | (hash[at + 2] << 8) | hash[at + 3];
        return (number % 1_000_000).ToString("000000", System.Globalization.CultureInfo.InvariantCulture);
    }

    public static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
