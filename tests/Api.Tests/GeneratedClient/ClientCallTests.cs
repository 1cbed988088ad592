using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Api.Tests.OpenApi;
using Platform.Client;

namespace Platform.Api.Tests.GeneratedClient;

/// <summary>What the client sends and makes of answers, without a server.</summary>
public sealed partial class ClientCallTests
{
    private const string OperationOfTomorrow =
        """{"id":"op_1","kind":"purge","tenant":"acme","target":"acme","requestedBy":"anna","state":"paused","steps":[],"createdAt":"2026-01-01T00:00:00Z","somethingNew":1}""";

    [Fact]
    public async Task Every_operation_of_the_description_is_a_method_that_asks_for_it()
    {
        var handler = new RecordingHandler(() => Answer(HttpStatusCode.NotFound, "text/plain", ""));
        var platform = new PlatformClient(Http(handler));
        foreach (var (group, method) in Methods(platform))
        {
            var call = (Task)method.Invoke(group, [.. method.GetParameters().Select(Sample)])!;
            Assert.Equal(404, (await Assert.ThrowsAsync<PlatformException>(() => call)).Status);
        }

        Assert.Equal(
            Description.Operations.Select(one => $"{one.Method} {Placeholder.Replace(one.Path, "x")}").Order(StringComparer.Ordinal),
            handler.Asked.Select(one => $"{one.Method} {one.Path.Split('?')[0]}").Order(StringComparer.Ordinal));
    }

    [Theory, Trait("Control", "IN-3")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task What_would_lead_to_another_path_is_not_sent(string tenant)
    {
        var handler = new RecordingHandler(() => Answer(HttpStatusCode.OK, "application/json", "{}"));
        var platform = new PlatformClient(Http(handler));

        await Assert.ThrowsAnyAsync<ArgumentException>(() => platform.Keys.ListAsync(tenant));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => platform.Files.DeleteAsync("acme", $"public/{tenant}/x"));
        Assert.Empty(handler.Asked);
    }

    [Theory, Trait("Control", "IN-3")]
    [InlineData("a/../../b", "/v1/tenants/a%2F..%2F..%2Fb/keys")]
    [InlineData("a?b=c#d", "/v1/tenants/a%3Fb%3Dc%23d/keys")]
    [InlineData("{key}", "/v1/tenants/%7Bkey%7D/keys")]
    public async Task A_value_stays_one_segment(string tenant, string path)
    {
        var handler = new RecordingHandler(() => Answer(HttpStatusCode.OK, "application/json", """{"items":[]}"""));

        await new PlatformClient(Http(handler)).Keys.ListAsync(tenant, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(path, Assert.Single(handler.Asked).Path);
    }

    [Fact]
    public async Task A_header_ends_where_its_value_ends()
    {
        var handler = new RecordingHandler(() => Answer(HttpStatusCode.OK, "application/json", "{}"));

        await Assert.ThrowsAsync<ArgumentException>(() => new PlatformClient(Http(handler)).AlertRules.DeleteAsync("acme", "slow", ifMatch: "\"1\"\r\nAuthorization: Bearer other"));

        Assert.Empty(handler.Asked);
    }

    [Fact]
    public async Task A_word_that_is_newer_than_the_client_is_unknown_and_never_sent()
    {
        var handler = new RecordingHandler(() => Answer(HttpStatusCode.OK, "application/json", OperationOfTomorrow));
        var operations = new PlatformClient(Http(handler)).Operations;

        Assert.Equal(OperationState.Unknown, (await operations.GetAsync("op_1", TestContext.Current.CancellationToken)).State);
        await Assert.ThrowsAsync<ArgumentException>(() => operations.ListAsync(state: OperationState.Unknown));
    }

    [Fact]
    public async Task An_answer_of_something_between_is_a_status_without_a_problem()
    {
        var handler = new RecordingHandler(() => Answer(HttpStatusCode.BadGateway, "text/html", "<h1>secret-of-a-proxy</h1>"));

        var fault = await Assert.ThrowsAsync<PlatformException>(() => new PlatformClient(Http(handler)).Keys.GetAsync("acme", "x"));

        Assert.Equal((502, null), (fault.Status, fault.Problem));
        Assert.DoesNotContain("secret-of-a-proxy", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "ER-2")]
    public void A_command_or_an_answer_in_a_log_is_its_name_alone()
    {
        var login = new SignIn { User = "anna", Password = "hunter2-secret" };

        Assert.Equal("SignIn", $"{login}");
        Assert.Equal("Answer 200", $"{new Answer<SignIn>(login, 200, null, null)}");
    }

    private static HttpClient Http(HttpMessageHandler handler) => new(handler) { BaseAddress = new Uri("http://platform.test") };

    private static HttpResponseMessage Answer(HttpStatusCode status, string mediaType, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, mediaType) };

    private static IEnumerable<(object Group, MethodInfo Method)> Methods(PlatformClient platform) => typeof(PlatformClient).GetProperties()
        .Select(property => property.GetValue(platform)!)
        .SelectMany(group => group.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => method.ReturnType.IsAssignableTo(typeof(Task))), (group, method) => (group, method));

    private static object? Sample(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return parameter.HasDefaultValue ? type == typeof(CancellationToken) ? TestContext.Current.CancellationToken : null
            : type == typeof(string) ? "x"
            : type == typeof(HttpContent) ? new ByteArrayContent([])
            : type.IsValueType ? Activator.CreateInstance(type)
            : Command(type);
    }

    /// <summary>With nothing in it but words, which have no default.</summary>
    private static object Command(Type type)
    {
        var command = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties().Where(property => property.PropertyType.IsEnum))
        {
            property.SetValue(command, Enum.GetValues(property.PropertyType).GetValue(1));
        }

        return command;
    }

    [GeneratedRegex(@"\{[A-Za-z]+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder { get; }
}
