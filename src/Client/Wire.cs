using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Client;

/// <summary>Sends calls, and reads what they are answered. Credentials, proxies and time-outs are the <see cref="HttpClient"/>'s.</summary>
internal sealed class Wire(HttpClient http)
{
    public static JsonSerializerOptions Json { get; } = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public async Task<T> GetAsync<T>(Call call, CancellationToken cancellationToken) => (await AnswerAsync<T>(call, cancellationToken).ConfigureAwait(false)).Value;

    public async Task<Answer<T>> AnswerAsync<T>(Call call, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(call, cancellationToken).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var value = await JsonSerializer.DeserializeAsync<T>(stream, Json, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("The answer is null.");
            return new Answer<T>(value, (int)response.StatusCode, response.Headers.ETag?.ToString(), OperationOf(response));
        }
    }

    public async Task DoAsync(Call call, CancellationToken cancellationToken) => (await SendAsync(call, cancellationToken).ConfigureAwait(false)).Dispose();

    public async Task<FileAnswer> FileAsync(Call call, CancellationToken cancellationToken)
    {
        var response = await SendAsync(call, cancellationToken).ConfigureAwait(false);
        return new FileAnswer(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        using var request = call.Write();
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new PlatformException((int)response.StatusCode, await ProblemAsync(response, cancellationToken).ConfigureAwait(false), WaitOf(response.Headers.RetryAfter));
        }
    }

    /// <summary>Null for what is none: a proxy's page must not hide the status.</summary>
    private static async Task<ProblemBody?> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync<ProblemBody>(stream, Json, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TimeSpan? WaitOf(RetryConditionHeaderValue? after) => after?.Delta;

    private static Uri? OperationOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Operation-Location", out var values) && Uri.TryCreate(values.First(), UriKind.RelativeOrAbsolute, out var location) ? location : null;
}
