using System.Runtime.CompilerServices;
using Platform.Testing;
using Xunit.Sdk;

namespace Platform.Api.Tests.OpenApi;

/// <summary>
/// Holds every answer of <c>/v1</c> that a test of this project gets to the committed description: its status, its form, its problem. A test that is answered what the description does not say fails
/// where it asked, with the operation and the place in the body.
/// </summary>
internal sealed class DescribedAnswers(Uri api, HttpMessageHandler product) : DelegatingHandler(product)
{
#pragma warning disable CA2255 // The tests of this assembly are its application; it must stand before the first product is started.
    [ModuleInitializer]
    internal static void Install() => PlatformApplication.Around = (api, product) => new DescribedAnswers(api, product);
#pragma warning restore CA2255

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri is { } asked && asked.Authority == api.Authority && DescribedOperations.Find(request.Method, asked.AbsolutePath) is { } operation)
        {
            var mediaType = response.Content.Headers.ContentType?.MediaType;
            if (await FaultAsync() is { } fault)
            {
                throw new XunitException($"The answer to {request.Method} {asked.AbsolutePath} is not what docs/api/openapi.json says: {fault}");
            }

            // What is no JSON may be large, or a stream: it is left to its test.
            async Task<string?> FaultAsync() =>
                Description.Fault(operation, (int)response.StatusCode, mediaType, request.Method != HttpMethod.Head && Description.IsJson(mediaType) ? await ReadAsync(response.Content, cancellationToken) : null);
        }

        return response;
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await content.LoadIntoBufferAsync(cancel);
        return await content.ReadAsStringAsync(cancel);
    }
}
