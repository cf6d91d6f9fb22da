export default function SignIn({ overlay }: { overlay?: boolean; next?: string }) {
  return <p>{overlay ? "again" : "sign in"}</p>;
}
