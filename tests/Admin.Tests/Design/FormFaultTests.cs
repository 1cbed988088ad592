using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Platform.Admin.Management;
using Platform.Admin.Tests.Operations;

namespace Platform.Admin.Tests.Design;

/// <summary>Whoever sends a form learns all that is wrong with it, each at its field, and types nothing twice.</summary>
public sealed partial class FormFaultTests
{
    public static TheoryData<string, string, (string Name, string Value)[], string[]> Forms => new()
    {
        { "/tenants/new", "new-tenant", [("slug", "Not A Slug"), ("displayName", "Kept"), ("rateLimit.permitsPerMinute", "many"), ("rateLimit.burst", "few")], ["slug", "rateLimit.permitsPerMinute", "rateLimit.burst"] },
        { "/tenants/acme/keys/new", "new-key", [("expires", "90d"), ("rateLimit.permitsPerMinute", "many"), ("rateLimit.burst", "few"), ("allowedAddresses", "nowhere")], ["name", "rateLimit.permitsPerMinute", "rateLimit.burst", "allowedAddresses"] },
        { "/tenants/acme/members/new", "new-member", [("kind", "user"), ("email", "no address"), ("name", "Not A Name")], ["displayName", "name", "email"] },
        { "/tenants/acme/webhooks/new", "webhook", [("url", "http://plain.example"), ("description", "Kept")], ["url"] },
        { "/tenants/acme/alerts/new", "rule", [("name", "Bad Name"), ("signal", "auth_failures_per_minute"), ("threshold", "many"), ("windowSeconds", "5"), ("resolveAfterWindows", "x")], ["name", "threshold", "windowSeconds", "resolveAfterWindows"] },
        { "/tenants/acme/incidents/new", "open-incident", [("severity", "high"), ("startedAt", "yesterday"), ("owner", new string('x', 101))], ["title", "startedAt", "owner"] },
        { "/tenants/acme/resources/hosts/new", "host", [("host", "localhost"), ("pathPrefix", "docs"), ("contentTypes", "text/plain"), ("maxBytes", "big")], ["host", "pathPrefix", "maxBytes"] },
        { "/tenants/acme/resources/memory/-/new", "store", [("key", "no key!"), ("value", "Kept"), ("mimeType", "x"), ("ttlSeconds", "x")], ["key", "mimeType", "ttlSeconds"] },
        { "/plans/new", "plan", [("plan", "Not A Plan"), ("key.permitsPerMinute", "many"), ("key.burst", "1"), ("quota.perDay", "-1")], ["plan", "key.permitsPerMinute", "quota.perDay"] },
        { "/tenants/acme/settings", "input-limits", [("inputLimits.maxDepth", "deep"), ("inputLimits.maxBatch", "0")], ["inputLimits.maxDepth", "inputLimits.maxBatch"] },
        { "/tenants/acme/settings", "settings", [("auditMode", "durable"), ("allowedOrigins", "nowhere"), ("rateLimit.permitsPerMinute", "many"), ("rateLimit.burst", "few")], ["allowedOrigins", "rateLimit.permitsPerMinute", "rateLimit.burst"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_fault_stands_at_its_field_and_what_was_typed_stays(string path, string form, (string Name, string Value)[] typed, string[] faults)
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        var before = console.Management.Done.Length;
        using var response = await console.SubmitAsync(path, form, typed);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(before, console.Management.Done.Length);
        var page = await ConsoleApplication.ReadAsync(response);
        var sent = page.QuerySelectorAll<IHtmlFormElement>("form[method=post]").Single(candidate => candidate.QuerySelector<IHtmlInputElement>("input[name=_handler]")?.Value == form);
        Assert.Equal(faults, sent.QuerySelectorAll("[aria-invalid=true]").Select(control => control.GetAttribute("name")));
        Assert.All(
            typed.Where(field => field.Name is not ("mimeType" or "ttlSeconds" or "signal" or "severity" or "kind" or "expires" or "auditMode")),
            field => Assert.Equal(field.Value, sent.QuerySelector($"[name='{field.Name}']") is IHtmlTextAreaElement area ? area.Value : ((IHtmlInputElement)sent.QuerySelector($"[name='{field.Name}']")!).Value));
    }

    [Fact]
    public async Task A_new_password_that_is_too_short_and_typed_twice_differently_is_told_of_both()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        using var response = await console.SubmitAsync("/account", "change-password", ("oldPassword", FakeManagement.Password), ("newPassword", "short"), ("confirm", "shorter"));
        var page = await ConsoleApplication.ReadAsync(response);
        Assert.Equal(["newPassword", "confirm"], page.QuerySelectorAll("[aria-invalid=true]").Select(control => control.GetAttribute("name")));
        Assert.DoesNotContain("shorter", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_list_it_is_said_which_entries_are_wrong()
    {
        var problem = ProblemView.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["scopes[0]"] = ["Write area:action."], ["scopes[2]"] = ["Write area:action."], ["scopesX"] = ["Another."] });
        Assert.Equal("Write area:action. (entry 1, 3)", problem.ErrorFor("scopes"));
    }

    [Theory]
    [InlineData("'name' must not be empty.", "Must not be empty.")]
    [InlineData("Choose 'a' or 'b'; it must be one.", "Choose 'a' or 'b'; it must be one.")]
    public void What_stands_at_a_field_does_not_begin_with_its_name(string said, string shown) => Assert.Equal(shown, ProblemView.Invalid("name", said).ErrorFor("name"));

    [Fact]
    public void Every_field_of_a_form_that_posts_can_show_its_fault()
    {
        var silent = Directory.EnumerateFiles(Path.Combine(ConsoleSources.Root, "src", "Admin", "Components", "Pages"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => Posting().Matches(File.ReadAllText(file)).Where(form => !form.Value.Contains("multipart/form-data", StringComparison.Ordinal)).SelectMany(form => Fields().Matches(form.Value)).Select(field => $"{Path.GetFileName(file)}: {field.Value}"))
            // Which of what was typed is wrong is nobody's business. An upload has a notice instead: its form is gone when it is judged.
            .Where(field => !field.Contains("Error=", StringComparison.Ordinal) && !field.StartsWith("Login.razor", StringComparison.Ordinal));
        Assert.Empty(silent);
    }

    [GeneratedRegex("""<form[^>]*method="post".*?</form>""", RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Posting();

    [GeneratedRegex("""<(Field|TextArea|SelectField)\b.*?/>""", RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Fields();
}
