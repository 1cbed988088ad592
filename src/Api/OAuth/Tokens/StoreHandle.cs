using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Codes and refresh tokens: what they stand for goes to the store; OpenIddict then gives out a random handle for it.</summary>
internal sealed class StoreHandle : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
        .UseSingletonHandler<StoreHandle>()
        .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (!string.IsNullOrEmpty(context.Token))
        {
            return ValueTask.CompletedTask;
        }

        // Nothing else is made here. What OpenIddict would make next were signed with its own key.
        if (context is not { IsReferenceToken: true, PersistTokenPayload: true, TokenType: TokenTypeIdentifiers.Private.AuthorizationCode or TokenTypeIdentifiers.RefreshToken })
        {
            throw new InvalidOperationException("A kind of token was asked for that is not made here.");
        }

        context.Token = HandlePayload.Write(context.Principal);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Reads back what a handle stands for. Only what came from the store under its handle's hash is read so: the text itself proves nothing.</summary>
internal sealed class ReadHandle : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseSingletonHandler<ReadHandle>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order - 600)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context is { Principal: null, IsReferenceToken: true, TokenId: { Length: > 0 } id })
        {
            context.Principal = HandlePayload.Read(context.Token).SetTokenId(id);
        }

        return ValueTask.CompletedTask;
    }
}
