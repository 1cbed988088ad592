namespace Platform.Admin.Tests.Secrets;

[Trait("Control", "AU-5")]
public sealed class SecretPagesTests
{
    [Theory]
    [InlineData("/tenants/acme/secrets", "/tenants/acme")]
    [InlineData("/secrets", "")]
    public async Task Secrets_are_listed_with_how_they_stand_and_lead_to_what_uses_them(string path, string root)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        FakeSecrets.In(console.Management);

        var page = await console.OpenAsync(path);

        Assert.Equal(["In the vault", "Missing", "Being deleted", "Newest is disabled", "Newest is over"], page.QuerySelectorAll("tbody .pill").Select(pill => pill.TextContent.Trim()));
        Assert.Contains(FakeSecrets.Webhook, page.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        Assert.Equal($"{root}/webhooks/{FakeWebhooks.Id}", page.QuerySelector("tbody a")!.GetAttribute("href"));
        Assert.Empty(page.QuerySelectorAll("main form"));
    }

    [Fact]
    public async Task A_long_list_has_pages_and_an_empty_one_the_next_step()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var fake = FakeSecrets.In(console.Management);
        for (var i = 0; i < 50; i++)
        {
            fake.Secrets.Add(fake.Secrets[0].DeepClone().AsObject());
        }

        Assert.Contains("pageToken=", (await console.OpenAsync("/secrets")).QuerySelector(".pager a")!.GetAttribute("href"), StringComparison.Ordinal);

        fake.Secrets.Clear();
        Assert.Equal("/tenants/acme/signing-keys", (await console.OpenAsync("/tenants/acme/secrets")).QuerySelector(".empty a")!.GetAttribute("href"));
    }

    [Fact]
    [Trait("Control", "ER-1")]
    public async Task A_vault_that_is_away_is_told()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        console.Management.More.Insert(0, (_, path, _) => path is ["v1", "platform", "secrets"] ? new FakeAnswer(503) : null);

        using var response = await console.GetAsync("/secrets");

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Contains("req-4711", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
