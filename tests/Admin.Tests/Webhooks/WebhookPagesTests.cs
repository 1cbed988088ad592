using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Platform.Admin.Tests.Webhooks;

/// <summary>Endpoints are added, watched and ended; a signing secret is seen once.</summary>
[Trait("Control", "AL-6")]
public sealed class WebhookPagesTests
{
    private const string Root = "/tenants/acme/webhooks";
    private const string Own = Root + "/" + FakeWebhooks.Id;

    private static readonly (string, string)[] Good = [("url", "https://hooks.example.com/mocopr"), ("description", "On call"), ("eventTypes", "alert.fired"), ("eventTypes", "audit.administration")];

    [Fact]
    public async Task The_list_says_how_each_endpoint_fares_and_shows_no_more_of_a_URL_than_its_host()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Root);
        var rows = page.QuerySelectorAll("tbody tr");
        Assert.Equal(["Healthy", "Failing", "Given up: failing"], rows.Select(row => row.QuerySelector(".pill")!.TextContent.Trim()));
        Assert.All(rows, row => Assert.Equal("hooks.example.com", row.QuerySelector("a")!.TextContent));
        Assert.DoesNotContain("very-secret-path", page.Body!.OuterHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Root)]
    [InlineData("/webhooks")]
    public async Task An_empty_list_leads_to_the_first_endpoint(string path)
    {
        await using var console = await FilledAsync(fake => fake.Webhooks.Clear());
        var page = await console.OpenAsync(path);
        Assert.Equal(path + "/new", page.QuerySelector(".empty a")!.GetAttribute("href"));
        Assert.Contains(page.QuerySelectorAll(".side-nav a[aria-current=page]"), link => link.GetAttribute("href") == path);
    }

    [Theory]
    [InlineData("/tenants/acme/webhooks", "POST /v1/tenants/acme/webhooks", false)]
    [InlineData("/webhooks", "POST /v1/platform/webhooks", true)]
    public async Task A_secret_is_in_the_answer_to_the_form_and_nowhere_else(string root, string asked, bool hearsOfPurges)
    {
        await using var console = await FilledAsync();
        var form = await console.OpenAsync(root + "/new");
        Assert.Equal(hearsOfPurges, form.QuerySelector("input[value='purge.failing']") is not null);
        using var response = await console.SubmitAsync(form, root + "/new", "webhook", Good);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(FakeWebhooks.Secret, page.QuerySelector(".reveal pre code")!.TextContent);
        Assert.Equal($"{root}/{FakeWebhooks.Id}", page.QuerySelector(".gate .gate-link")!.GetAttribute("href"));
        Assert.Contains(asked, console.Management.Asked);
        Assert.Equal("""{"url":"https://hooks.example.com/mocopr","eventTypes":["alert.fired","audit.administration"],"description":"On call","disabled":false}""", console.Management.Bodies[^1].ToJsonString());

        using var again = await console.SubmitAsync(form, root + "/new", "webhook", Good);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.DoesNotContain(FakeWebhooks.Secret, await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(console.Management.Asked, one => one == asked);
        Assert.DoesNotContain(FakeWebhooks.Secret, (await console.OpenAsync($"{root}/{FakeWebhooks.Id}")).Body!.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_REST_refuses_stands_at_its_field_and_nothing_typed_is_lost()
    {
        await using var console = await FilledAsync(fake => fake.Changed = FakeAnswer.Invalid("url", "Choose a public address."));
        using var response = await console.SubmitAsync(Root + "/new", "webhook", Good);
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("Choose a public address.", page.QuerySelector("#f-url-error")!.TextContent);
        Assert.Equal("https://hooks.example.com/mocopr", page.QuerySelector<IHtmlInputElement>("#f-url")!.Value);
        Assert.Equal(["alert.fired", "audit.administration"], page.QuerySelectorAll<IHtmlInputElement>("input[name=eventTypes]").Where(box => box.IsChecked).Select(box => box.Value));
    }

    [Fact]
    public async Task An_endpoint_that_hears_of_nothing_is_not_asked_for()
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(Root + "/new", "webhook", ("url", "https://hooks.example.com/"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("POST /v1/tenants/acme/webhooks", console.Management.Asked);
    }

    [Fact]
    [Trait("Control", "AZ-1")]
    public async Task Who_may_not_have_the_trail_sent_away_is_told_so()
    {
        await using var console = await FilledAsync(fake => fake.Changed = new FakeAnswer(403));
        using var response = await console.SubmitAsync(Root + "/new", "webhook", Good);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.NotNull((await ConsoleApplication.ReadAsync(response)).QuerySelector(".banner-bad"));
    }

    [Fact]
    public async Task A_change_is_of_the_version_that_was_seen_and_keeps_what_the_form_does_not_show()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync($"{Root}/{FakeWebhooks.Disabled}/edit");
        Assert.True(page.QuerySelector<IHtmlInputElement>("input[name=eventTypes][value='audit.*']")!.IsChecked);
        using var response = await console.SubmitAsync(page, $"{Root}/{FakeWebhooks.Disabled}/edit", "webhook", Good);
        Assert.Equal($"{Root}/{FakeWebhooks.Disabled}?done=saved", response.Headers.Location!.ToString());
        Assert.Equal("\"7\"", console.Management.Headers["If-Match"]);
        Assert.True((bool)console.Management.Bodies[^1]["disabled"]!);
    }

    [Fact]
    public async Task Somebody_elses_change_is_not_overwritten()
    {
        await using var console = await FilledAsync(fake => fake.Changed = new FakeAnswer(412));
        using var response = await console.SubmitAsync(Own + "/edit", "webhook", Good);
        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
        Assert.Contains("Somebody changed this webhook meanwhile", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "The receiver took the test", "204 after 120 ms")]
    [InlineData(false, "The receiver did not take the test", "No answer within 15 s")]
    public async Task A_test_says_at_once_how_it_went(bool reached, string title, string how)
    {
        await using var console = await FilledAsync(fake => fake.Reached = reached);
        using var response = await console.SubmitAsync(Own, "test-webhook");
        var told = (await ConsoleApplication.ReadAsync(response)).QuerySelector(".banner")!.TextContent;
        Assert.Contains(title, told, StringComparison.Ordinal);
        Assert.Contains(how, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_says_why_a_message_was_not_taken_and_sends_it_again()
    {
        await using var console = await FilledAsync();
        var page = await console.OpenAsync(Own + "?state=failed");
        Assert.Contains(console.Management.Asked, asked => asked.EndsWith("/deliveries?pageSize=25&state=failed", StringComparison.Ordinal));
        Assert.Contains("503 after 120 ms", page.QuerySelector("tbody details")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(FakeWebhooks.Message, page.QuerySelectorAll<IHtmlButtonElement>("button[name=delivery]").Single().Value);
        using var response = await console.SubmitAsync(page, Own, "redeliver", ("delivery", FakeWebhooks.Message));
        Assert.Contains($"POST /v1{Own}/deliveries/{FakeWebhooks.Message}:redeliver", console.Management.Asked);
        Assert.Equal(Own + "?done=redelivered", response.Headers.Location!.ToString());
    }

    [Theory]
    [Trait("Control", "IN-3")]
    [InlineData("../../keys/k1")]
    [InlineData("")]
    public async Task What_is_no_message_is_not_asked_for(string delivery)
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(Own, "redeliver", ("delivery", delivery));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain(console.Management.Asked, asked => asked.StartsWith("POST /v1/tenants", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_is_disabled_as_it_was_seen_and_enabled_again()
    {
        await using var console = await FilledAsync();
        using var off = await console.SubmitAsync(Own, "disable-webhook");
        Assert.Equal(Own + "?done=disabled", off.Headers.Location!.ToString());
        Assert.True((bool)console.Management.Bodies[^1]["disabled"]!);
        Assert.Equal("https://hooks.example.com/very-secret-path", (string?)console.Management.Bodies[^1]["url"]);
        Assert.Equal("\"7\"", console.Management.Headers["If-Match"]);

        var given = $"{Root}/{FakeWebhooks.Disabled}";
        var page = await console.OpenAsync(given);
        Assert.Empty(page.QuerySelectorAll("button[name=delivery], input[value=disable-webhook]"));
        using var on = await console.SubmitAsync(page, given, "enable-webhook");
        Assert.Contains($"POST /v1{given}:enable", console.Management.Asked);
    }

    [Theory]
    [InlineData("1000")]
    [InlineData("-1")]
    public async Task An_overlap_is_one_of_those_that_are_offered(string hours)
    {
        await using var console = await FilledAsync();
        using var response = await console.SubmitAsync(Own + "/rotate", "rotate-webhook", ("overlapHours", hours));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain($"POST /v1{Own}:rotateSecret", console.Management.Asked);
    }

    [Fact]
    public async Task A_rotated_secret_is_shown_once_too()
    {
        await using var console = await FilledAsync();
        var form = await console.OpenAsync(Own + "/rotate");
        using var response = await console.SubmitAsync(form, Own + "/rotate", "rotate-webhook", ("overlapHours", "0"));
        Assert.Equal(FakeWebhooks.Secret, (await ConsoleApplication.ReadAsync(response)).QuerySelector(".reveal pre code")!.TextContent);
        Assert.Equal(0, (int)console.Management.Bodies[^1]["overlapHours"]!);
        using var again = await console.SubmitAsync(form, Own + "/rotate", "rotate-webhook", ("overlapHours", "0"));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task An_endpoint_is_deleted_by_its_name()
    {
        await using var console = await FilledAsync();
        using var wrong = await console.SubmitAsync(Own + "/delete", "delete-webhook", ("confirm", "hooks.example.org"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.DoesNotContain($"DELETE /v1{Own}", console.Management.Asked);
        using var right = await console.SubmitAsync(Own + "/delete", "delete-webhook", ("confirm", "hooks.example.com"));
        Assert.Contains($"DELETE /v1{Own}", console.Management.Asked);
        Assert.Equal("\"7\"", console.Management.Headers["If-Match"]);
        Assert.Equal(Root + "?done=deleted", right.Headers.Location!.ToString());
    }

    private static async Task<ConsoleApplication> FilledAsync(Action<FakeWebhooks>? prepare = null)
    {
        var console = await ConsoleApplication.SignedInAsync();
        var webhooks = FakeWebhooks.In(console.Management);
        prepare?.Invoke(webhooks);
        return console;
    }
}
