using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OAuth.Support;

/// <summary>An HttpClient that plays the browser: it keeps cookies, sends forms back, and follows redirects that stay here.</summary>
public sealed partial class Browser(OAuthTenantClient tenant)
{
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    /// <summary>The page that is shown.</summary>
    public Reply Page { get; private set; } = null!;

    /// <summary>Every Set-Cookie header so far.</summary>
    public List<string> SetCookies { get; } = [];

    /// <summary>Where the last answer leads, if elsewhere.</summary>
    public Uri? Location => Page.Header("Location") is { } location ? new Uri(location) : null;

    public async Task<Reply> OpenAsync(string url)
    {
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, url));
        while (Location is { } next && next.AbsoluteUri.StartsWith(tenant.Issuer, StringComparison.Ordinal))
        {
            await SendAsync(new HttpRequestMessage(HttpMethod.Get, next));
        }

        return Page;
    }

    /// <summary>Sends the page's form with these fields filled in.</summary>
    public Task<Reply> SubmitAsync(params (string Name, string Value)[] fields) => SubmitAsync(follow: true, fields);

    public async Task<Reply> SubmitAsync(bool follow, params (string Name, string Value)[] fields)
    {
        var form = Hidden().ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, WebUtility.HtmlDecode(Action().Match(Page.Text).Groups["url"].Value)) { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation("Origin", tenant.Product.Site);
        await SendAsync(request);
        return follow && Location is { } next && next.AbsoluteUri.StartsWith(tenant.Issuer, StringComparison.Ordinal) ? await OpenAsync(next.AbsoluteUri) : Page;
    }

    public Task<Reply> SignInAsync(string user = "alice", string password = OAuthProduct.Password, string code = "") => SubmitAsync(("user", user), ("password", password), ("code", code));

    /// <summary>Signs in, allows, and answers the parameters that the client gets.</summary>
    public async Task<Dictionary<string, string>> ConsentAsync(string url, string decision = "allow")
    {
        tenant.Product.Clock.Advance(TimeSpan.FromSeconds(7));
        await OpenAsync(url);
        await SignInAsync();
        Assert.True(Page is { Status: 200 } && Page.Text.Contains("Allow access?", StringComparison.Ordinal), Page.ToString());
        await SubmitAsync(("decision", decision));
        Assert.True(Page.Status is 302 or 303, Page.ToString());
        return QueryHelpers.ParseQuery(Location!.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
    }

    public IEnumerable<KeyValuePair<string, string>> Hidden() =>
        Field().Matches(Page.Text).Select(match => KeyValuePair.Create(WebUtility.HtmlDecode(match.Groups["name"].Value), WebUtility.HtmlDecode(match.Groups["value"].Value)));

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        if (_cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        using var response = await tenant.Product.Platform.Http.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                SetCookies.Add(cookie);
                var (name, value) = (cookie[..cookie.IndexOf('=', StringComparison.Ordinal)], cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..cookie.IndexOf(';', StringComparison.Ordinal)]);
                _cookies.Remove(name);
                if (value.Length > 0)
                {
                    _cookies[name] = value;
                }
            }
        }

        return Page = await Reply.ReadAsync(response);
    }

    [GeneratedRegex("<form method=\"post\" action=\"(?<url>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
