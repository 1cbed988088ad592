using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Api.OAuth.Clients;

namespace Platform.Api.Tests.OAuth;

/// <summary>The id of a client is read from the path as it was sent, whatever the server made of it.</summary>
public sealed class ClientInPathTests
{
    [Theory]
    [InlineData("/c/https:%2F%2Fa.example%2Fb", "https:%2F%2Fa.example%2Fb", "https://a.example/b")]
    [InlineData("/c/https:%2F%2Fa.example%2Fb%252F?x=/", "https:%2F%2Fa.example%2Fb%2F", "https://a.example/b%2F")]
    [InlineData("/c/a%2Fb/", "a%2Fb", "a/b")]
    [InlineData("/c/a%2Fb//", "a%2Fb", "a/b")]
    [InlineData("/c/a%2Fb/.", "a%2Fb", "a%2Fb")]
    [InlineData("/c/a%2Fb/%2E", "a%2Fb", "a%2Fb")]
    [InlineData("/c/a%2Fb/x/..", "a%2Fb", "a%2Fb")]
    [InlineData("/c/oc_1/", "oc_1", "oc_1")]
    public async Task It_is_what_was_sent_without_a_slash_at_the_end_and_never_a_dot(string sent, string routed, string id)
    {
        var http = new DefaultHttpContext();
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = sent;
        http.Request.RouteValues["client"] = routed;
        Assert.Equal(id, (await ClientInPath.BindAsync(http))!.Id);
    }
}
