import { z } from "zod";

export const PASSWORD_LENGTH_MIN = 8;
const PASSWORD_LENGTH_MAX = 128;

const Email = z.email("Write an email address, such as ada@example.org.");

/** The one rule for names: the form asks for it, and the server again, since sign-up is an open address. */
export const AccountName = z
  .string()
  .trim()
  .min(1, "Write a name: it stands beside your pictures.")
  .max(80, "At most 80 characters.");

export const SignInFields = z.object({
  email: Email,
  password: z.string().min(1, "Write your password."),
});

const NewPassword = z
  .string()
  .min(PASSWORD_LENGTH_MIN, `A password has at least ${PASSWORD_LENGTH_MIN} characters.`)
  .max(PASSWORD_LENGTH_MAX, `A password has at most ${PASSWORD_LENGTH_MAX} characters.`);

export const SignUpFields = z.object({ name: AccountName, email: Email, password: NewPassword });
export const NameFields = z.object({ name: AccountName });
export const PasswordFields = z.object({
  currentPassword: z.string().min(1, "Write the password you have now."),
  newPassword: NewPassword,
});

/** The first complaint about each field. */
export function complaintsOf(error: z.ZodError): Readonly<Record<string, string>> {
  const complaints: Record<string, string> = {};
  for (const { path, message } of error.issues) complaints[path.join(".")] ??= message;
  return complaints;
}

/** What better-auth answered, in our words. */
export function refusalOf(error: { code?: string | undefined; status: number }): string {
  switch (error.code) {
    case "INVALID_EMAIL_OR_PASSWORD":
      return "Email and password do not belong together.";
    case "INVALID_PASSWORD":
      return "The password you have now is another one.";
    case "USER_ALREADY_EXISTS":
    case "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL":
      return "There is an account with this email already. Sign in instead.";
    default:
      return error.status === 429
        ? "Too many tries. Wait a minute, then try again."
        : "The server could not be reached. Check the connection and try again.";
  }
}
