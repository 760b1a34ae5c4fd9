using System.Globalization;
using PaxosShard.ChatClient.App.Load.Gateway;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Appends to keys of its own (<see cref="AppendedKeys"/>) through a gateway, one numbered token after the other. Lines have no number by which two could be known for the same, so a line whose outcome is unknown is never sent again: the key is read, and
/// goes on when the token is there. Otherwise it may still come, once, and the client goes on with another key.
/// </summary>
/// <param name="talk">The client.</param>
/// <param name="name">What it is called; its keys begin so.</param>
/// <param name="times">Where the moments of acknowledgements go.</param>
internal sealed class GatewayAppender(GatewayTalk talk, string name, AcknowledgementTimes times)
{
    private const string Success = "Success";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Answers that no line of this client deserves; the first few.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>Appends until it is told to stop, and waits for what is under way.</summary>
    /// <returns>Its keys.</returns>
    public async Task<AppendedKeys> AppendUntilAsync(CancellationToken stop)
    {
        AppendedKeys keys = new(name, new GatewayKeys(talk).ExecuteAsync);
        while (!stop.IsCancellationRequested && Refused.Count == 0)
        {
            string key = keys.Begin();
            try
            {
                await keys.EndAsync(await AppendToOneAsync(key, stop), stop);
            }
            catch (InvalidOperationException refused) when (refused is not ObjectDisposedException)
            {
                Refused.Add($"{key}: {refused.Message}");
            }
        }

        return keys;
    }

    private async Task<AppendedKey> AppendToOneAsync(string key, CancellationToken stop)
    {
        int length = 0;
        for (int token = 0; ; token++)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{token};");
            bool? isThere = length > AppendedKeys.LongestValue ? false : await AppendAsync(key, text, stop);
            if (isThere != true)
                return new AppendedKey(key, token, IsLastUnknown: isThere is null);
            times.Add();
            length += text.Length;
        }
    }

    /// <summary>Appends one token.</summary>
    /// <returns>True: it is there. False: it never will be. Null: it may come yet.</returns>
    private async Task<bool?> AppendAsync(string key, string text, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            string? answer = await talk.AskAsync($"{name} | A | {key} | {text}");
            if (answer is Success)
                return true;
            if (GatewayAnswers.IsUnknown(answer))
                return await IsThereAsync(key, text) ? true : null;
            if (!GatewayAnswers.IsNotApplied(answer!))
            {
                Refused.Add($"{key}: {answer}");
                return false;
            }

            await Task.Delay(_pause, CancellationToken.None);
        }

        return false;
    }

    private async Task<bool> IsThereAsync(string key, string text)
    {
        while (true)
        {
            string? answer = await talk.AskAsync($"{name} | G | {key}");
            if (answer is not null && !GatewayAnswers.IsNotApplied(answer))
                return answer.EndsWith($" {text}", StringComparison.Ordinal) || answer.EndsWith($";{text}", StringComparison.Ordinal);
            await Task.Delay(_pause);
        }
    }
}
