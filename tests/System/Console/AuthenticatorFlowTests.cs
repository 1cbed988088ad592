using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Playwright;

namespace Platform.System.Tests.Console;

/// <summary>An authenticator by a person with a browser: set up, asked for, replaced by a recovery code.</summary>
[Collection(RunningPlatformCollection.Name), Trait("Control", "AU-11")]
public sealed class AuthenticatorFlowTests(RunningPlatform platform, Browser browser)
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    [Fact]
    public async Task A_code_of_the_phone_is_asked_for_once_it_is_set_up_and_a_recovery_code_stands_in_once()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var visitor = await ConsoleVisit.OperatorAsync(browser, platform, cancel, new() { JavaScriptEnabled = false });
        var page = visitor.Page;
        await visitor.OpenAsync(platform, "/account");
        await page.ClickAsync("text=Set up an authenticator");
        await page.FillAsync("[name=password]", ConsoleVisit.Password);
        await page.ClickAsync("text=Show the secret");
        var secret = (await page.Locator("#code-Secret").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal).Trim();
        Assert.StartsWith("otpauth://totp/", await page.Locator("#code-Address").InnerTextAsync(), StringComparison.Ordinal);
        await page.FillAsync("[name=code]", CodeOf(secret, 0));
        await page.ClickAsync("button:text-is('Turn it on')");
        var codes = (await page.Locator("#code-Recoverycodes").InnerTextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(codes.Length > 1);
        await page.ClickAsync("text=I stored them");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("It is set up");
        var user = (await page.Locator(".who-name").InnerTextAsync()).Replace("usr_", "", StringComparison.Ordinal);

        await SignOutAsync(page);
        await SignInAsync(page, user, "000000");
        await Assertions.Expect(page.Locator("[role=alert], .banner-bad")).ToHaveCountAsync(1);
        await visitor.OpenAsync(platform, "/login?reason=account");
        await SignInAsync(page, user, codes[0]);
        await page.ArriveAsync("**/tenants");
        await SignOutAsync(page);
        await SignInAsync(page, user, CodeOf(secret, 1));
        await page.ArriveAsync("**/tenants");
        await visitor.OpenAsync(platform, "/account");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync($"{codes.Length - 1} recovery codes are left");
        Assert.Empty(visitor.Violations);
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.ClickAsync("button[aria-label='Sign out']");
        await page.ArriveAsync("**/login?reason=out");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
    }

    private static async Task SignInAsync(IPage page, string user, string code)
    {
        await page.FillAsync("[name=user]", user);
        await page.FillAsync("[name=password]", ConsoleVisit.Password);
        await page.ClickAsync("button:text-is('Sign in')");
        await page.FillAsync("[name=code]", code);
        await page.ClickAsync("button:text-is('Sign in')");
    }

    /// <summary>As an app on a phone computes it (RFC 6238), so many steps from now.</summary>
    private static string CodeOf(string secret, int later)
    {
        var bits = string.Concat(secret.Select(letter => Convert.ToString(Base32.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + later);
#pragma warning disable CA5350 // What authenticators do (RFC 6238).
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(key, step, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 15)..]) & 0x7fff_ffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
